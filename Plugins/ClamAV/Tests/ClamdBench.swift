import AgentPlugins
import DurableFiles
import Glibc
import PluginTestBench

/// A real clamd in a folder of its own, with a database of a few lines, under the real plugin.
struct ClamdBench {
    static let id = "martlet.clamav"
    static let unit = "clamav-daemon"

    let bench: PluginBench

    var root: String { bench.directory.path }
    var manager: PluginManager { bench.manager }
    var threat: String { "\(root)/files/eicar.com" }
    var unwanted: String { "\(root)/files/tool.bin" }
    var clean: String { "\(root)/files/clean.txt" }
    var configuration: String { "\(root)/clamd.conf" }

    init(administrator lines: String = "") throws {
        let directory = try TemporaryDirectory()
        try Self.prepare(directory.path, lines)
        bench = try PluginBench(
            "ClamAV", id: Self.id,
            local: { directory in
                ["clamdConf": "\(directory.path)/clamd.conf", "freshclamConf": "\(directory.path)/freshclam.conf"]
            },
            units: { directory in
                [
                    Self.unit: DirectUnit(
                        start: ["/usr/sbin/clamd", "-c", "\(directory.path)/clamd.conf"],
                        pidFile: "\(directory.path)/clamd.pid")
                ]
            }, directory: directory)
    }

    /// Starts the plugin and clamd, runs the body, stops clamd and the plugin.
    func run(_ body: () async throws -> Void) async throws {
        try await bench.run { manager in
            try await bench.waitUntil(.running)
            let start = await manager.control(Self.id, instance: nil, .start)
            guard start == .done else { throw Failure("clamd does not start: \(start)") }
            do { try await body() } catch {
                _ = await manager.control(Self.id, instance: nil, .stop)
                throw error
            }
            _ = await manager.control(Self.id, instance: nil, .stop)
        }
    }

    /// The threats of a scan of everything in the bench's files.
    func scan(_ path: String? = nil) async throws -> PluginRunUpdate {
        try await bench.perform("scan", #"{"paths": ["\#(path ?? "\(root)/files")"]}"#)
    }

    var daemon: Int32? {
        let text = (try? FileBytes.read("\(root)/clamd.pid")).flatMap { $0 } ?? []
        return Int32(String(decoding: text.prefix(while: { $0 != 0x0A }), as: UTF8.self))
    }

    func events(_ type: String) -> [PluginEvent] { bench.recorder.heard.events.filter { $0.type == type } }

    private static func prepare(_ root: String, _ lines: String) throws {
        for folder in ["db", "files", "mirror"] { try FileBytes.makeDirectory("\(root)/\(folder)") }
        try write(
            """
            # an administrator's file
            LocalSocket \(root)/clamd.sock
            PidFile \(root)/clamd.pid
            DatabaseDirectory \(root)/db
            LogFile \(root)/clamd.log
            User root
            \(lines)

            """, "\(root)/clamd.conf")
        try write(
            """
            DatabaseDirectory \(root)/db
            DatabaseOwner root
            UpdateLogFile \(root)/freshclam.log
            DatabaseMirror 127.0.0.1
            DNSDatabaseInfo no
            DatabaseCustomURL file://\(root)/mirror/new.hdb
            ExcludeDatabase main
            ExcludeDatabase daily
            ExcludeDatabase bytecode

            """, "\(root)/freshclam.conf")
        // In two parts, so that this source is not itself a find.
        try write(
            #"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-"# + "ANTIVIRUS-TEST-FILE!$H+H*", "\(root)/files/eicar.com")
        try write("an unwanted tool\n", "\(root)/files/tool.bin")
        try write("nothing to see\n", "\(root)/files/clean.txt")
        try write("44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test-Signature\n", "\(root)/db/local.hdb")
        // Signatures of unwanted applications: loaded only when DetectPUA is on.
        try write("\(md5OfUnwanted):17:PUA.Test.Tool\n", "\(root)/db/local.hdu")
        try write("\(md5OfClean):15:Test.Added\n", "\(root)/mirror/new.hdb")
    }

    private static let md5OfUnwanted = "5d24fa1c5d8610e4f4b2e97e7d75d638"
    private static let md5OfClean = "31372e5e362ccc9ff20db7da333ee2f9"

    private static func write(_ text: String, _ path: String) throws {
        try FileBytes.replace(path, with: Array(text.utf8), mode: 0o644)
    }
}
