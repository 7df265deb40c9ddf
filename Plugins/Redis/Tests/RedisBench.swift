import AgentPlugins
import DesiredState
import DurableFiles
import Glibc
import PluginTestBench

/// Real servers of Debian's Redis in a folder of their own, under the real plugin: a primary at a port, and a replica at a
/// socket where the test wants one.
struct RedisBench {
    static let id = "martlet.redis"
    /// With what a shell, redis.conf and JSON would stumble over.
    static let password = #"pass 'word"\ %"#
    private static let quoted = #""pass 'word\"\\ %""#

    let bench: PluginBench
    let port: UInt16
    let names: [String]

    var root: String { bench.directory.path }

    init(hasReplica: Bool = false, more: String = "") async throws {
        let directory = try TemporaryDirectory()
        let (root, port) = (directory.path, try FreePort.onLoopback())
        let names = hasReplica ? ["primary", "replica"] : ["primary"]
        (self.port, self.names) = (port, names)
        for folder in names + ["backups", "logs"] { try FileBytes.makeDirectory("\(root)/\(folder)") }
        try Self.configure(root, "primary", "bind 127.0.0.1\nport \(port)\n\(more)")
        try Self.configure(
            root, "replica", "port 0\nreplicaof 127.0.0.1 \(port)\nmasterauth \(Self.quoted)\nrepl-timeout 2")
        bench = try PluginBench(
            "Redis", id: Self.id, local: { _ in ["backupDirectory": "\(root)/backups"] },
            library: try await RedisLibrary.path, directory: directory
        ) { configuration in
            let units = names.map { name in
                let start = ["/usr/bin/redis-server", "\(root)/\(name).conf"]
                return (name, DirectUnit(start: start, pidFile: "\(root)/\(name)/pid"))
            }
            configuration.actions = LocalHostActions(
                services: DirectServices(units: Dictionary(uniqueKeysWithValues: units), logDirectory: "\(root)/logs"),
                dataDirectory: "\(root)/data",
                artifacts: ArtifactSpool(dataDirectory: "\(root)/data", finished: {}),
                secrets: FixedSecrets(["password": Self.password, "wrong": "nonsense"]))
            configuration.grants = GrantBook(PluginGrants(units: [Self.id: Set(names)]))
        }
    }

    static func configure(_ root: String, _ name: String, _ more: String) throws {
        let text = """
            pidfile \(root)/\(name)/pid
            dir \(root)/\(name)
            logfile \(root)/\(name)/log
            unixsocket \(root)/\(name)/redis.sock
            requirepass \(quoted)
            repl-diskless-sync-delay 0
            save ""
            \(more)

            """
        try FileBytes.replace("\(root)/\(name).conf", with: Array(text.utf8), mode: 0o644)
    }

    /// Settings with these servers; `configuration` is the primary's.
    func settings(
        secret: String = "password", user: String = "", configuration: String = "{}", more: String = ""
    ) throws -> JSONValue {
        let servers = names.map { name in
            let place = name == "primary" ? "\"port\": \(port)" : "\"host\": \"\(root)/replica/redis.sock\""
            let parameters = name == "primary" ? configuration : "{}"
            return """
                {"name": "\(name)", \(place), "user": "\(user)", "passwordSecret": "\(secret)", "unit": "\(name)", \
                "configuration": \(parameters)}
                """
        }
        return try JSONValue(parsing: Array("{\"servers\": [\(servers.joined(separator: ", "))]\(more)}".utf8))
    }

    /// Starts the plugin and the servers, runs the body, stops both.
    func run(_ body: (PluginManager) async throws -> Void) async throws {
        try await bench.run { manager in
            try await bench.waitUntil(.running)
            do {
                try await apply(settings())
                for name in names {
                    let outcome = await manager.control(Self.id, instance: name, .start)
                    guard outcome == .done else { throw Failure("the \(name) does not start: \(outcome)") }
                }
                try await body(manager)
            } catch {
                end()
                throw error
            }
            end()
        }
    }

    func apply(_ settings: JSONValue) async throws {
        let outcome = await bench.manager.apply(settings, to: Self.id)
        guard outcome == .applied else { throw Failure("\(outcome)") }
    }

    /// An answer of redis-cli, without the line's end.
    @discardableResult
    func ask(_ words: String..., at name: String = "primary") throws -> String {
        let answer = try Program.run(command(at: name) + words)
        return String(answer.dropLast(answer.hasSuffix("\n") ? 1 : 0))
    }

    /// Waits until an answer of redis-cli has this in it.
    func wait(for part: String, in words: String..., at name: String = "primary") async throws {
        let end = ContinuousClock.now + .seconds(30)
        while true {
            // One that has not come to listen yet is no answer.
            let answer = (try? Program.run(command(at: name) + words)) ?? ""
            if answer.contains(part) { return }
            guard ContinuousClock.now < end else { throw Failure("\(words) at the \(name) has no \(part): \(answer)") }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func command(at name: String) -> [String] {
        ["/usr/bin/env", "REDISCLI_AUTH=\(Self.password)", "/usr/bin/redis-cli", "-s", "\(root)/\(name)/redis.sock"]
    }

    func process(of name: String = "primary") -> Int32? {
        let text = (try? FileBytes.read("\(root)/\(name)/pid")).flatMap { $0 } ?? []
        return Int32(String(decoding: text.prefix(while: { $0 != 0x0A }), as: UTF8.self))
    }

    func events(_ type: String) -> [PluginEvent] { bench.recorder.heard.events.filter { $0.type == type } }

    private func end() {
        for name in names { if let pid = process(of: name) { kill(pid, SIGKILL) } }
    }
}
