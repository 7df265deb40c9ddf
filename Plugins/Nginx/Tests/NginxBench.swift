import AgentPlugins
import DurableFiles
import PluginTestBench

/// A real nginx in a folder of its own, under the real plugin.
struct NginxBench {
    static let id = "martlet.nginx"
    static let unit = "nginx"

    let bench: PluginBench
    let statusPort: UInt16
    let sitePort: UInt16

    var root: String { bench.directory.path }
    var manager: PluginManager { bench.manager }
    var snippet: String { "\(root)/conf.d/martlet.conf" }
    var configuration: String { "\(root)/nginx.conf" }

    /// `including` is what nginx.conf includes. `script`: a shell script that becomes nginx, in its place; it finds the folder in `$1`.
    init(including included: String = "conf.d/*.conf", startedBy script: String? = nil) throws {
        let directory = try TemporaryDirectory()
        let root = directory.path
        let (statusPort, sitePort) = (try FreePort.onLoopback(), try FreePort.onLoopback())
        (self.statusPort, self.sitePort) = (statusPort, sitePort)
        try FileBytes.makeDirectory("\(root)/conf.d")
        try FileBytes.replace(
            "\(root)/nginx.conf", with: Array(Self.text(root, sitePort, included).utf8), mode: 0o644)
        var start = ["/usr/sbin/nginx", "-c", "\(root)/nginx.conf"]
        if let script {
            start = ["\(root)/start-nginx", root]
            try FileBytes.replace(start[0], with: Array("#!/bin/sh\n\(script)\n".utf8), mode: 0o755)
        }
        let command = start
        bench = try PluginBench(
            "Nginx", id: Self.id,
            local: { _ in
                [
                    "configuration": "\(root)/nginx.conf", "snippetFile": "\(root)/conf.d/martlet.conf",
                    "pidFile": "\(root)/nginx.pid", "statusPort": "\"\(statusPort)\"",
                ]
            },
            units: { _ in
                [Self.unit: DirectUnit(start: command, pidFile: "\(root)/nginx.pid")]
            }, directory: directory)
    }

    /// Starts the plugin and nginx, runs the body, stops nginx and the plugin.
    func run(_ body: () async throws -> Void) async throws {
        try await bench.run { manager in
            try await bench.waitUntil(.running)
            let start = await manager.control(Self.id, instance: nil, .start)
            guard start == .done else { throw Failure("nginx does not start: \(start)") }
            do { try await body() } catch {
                _ = await manager.control(Self.id, instance: nil, .stop)
                throw error
            }
            _ = await manager.control(Self.id, instance: nil, .stop)
        }
    }

    var master: Int32? {
        let text = (try? FileBytes.read("\(root)/nginx.pid")).flatMap { $0 } ?? []
        return Int32(String(decoding: text.prefix(while: { $0 != 0x0A }), as: UTF8.self))
    }

    func events(_ type: String) -> [PluginEvent] { bench.recorder.heard.events.filter { $0.type == type } }

    func write(_ text: String, to path: String) throws {
        try FileBytes.replace(path, with: Array(text.utf8), mode: 0o644)
    }

    private static func text(_ root: String, _ sitePort: UInt16, _ included: String) -> String {
        let temporaries = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "    \($0)_temp_path \(root)/\($0);"
        }
        return """
            # an administrator's file
            user root;
            worker_processes 2;
            pid \(root)/nginx.pid;
            error_log \(root)/error.log;
            events { worker_connections 64; }
            http {
                access_log off;
            \(temporaries.joined(separator: "\n"))
                server { listen 127.0.0.1:\(sitePort); location / { return 200 "a site\\n"; } }
                include \(root)/\(included);
            }

            """
    }
}
