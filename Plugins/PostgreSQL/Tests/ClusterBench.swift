import AgentPlugins
import DesiredState
import DurableFiles
import Glibc
import PluginTestBench

/// Real clusters of Debian's PostgreSQL in a folder of their own, under the real plugin: a primary, and a standby where the
/// test wants one.
struct ClusterBench {
    static let id = "martlet.postgresql"
    /// With what a shell, a connection string and JSON would stumble over.
    static let password = #"pass 'word"\ %"#

    let bench: PluginBench
    let ports: [String: UInt16]

    var root: String { bench.directory.path }
    var manager: PluginManager { bench.manager }

    init(hasStandby: Bool = false) throws {
        let directory = try TemporaryDirectory()
        let names = hasStandby ? ["primary", "standby"] : ["primary"]
        var ports: [String: UInt16] = [:]
        for name in names { ports[name] = try FreePort.onLoopback() }
        self.ports = ports
        let root = directory.path
        try Self.prepare(root)
        try Self.makePrimary(root)
        for name in names { try Self.makeStarter(root, name, ports[name] ?? 0) }
        bench = try PluginBench(
            "PostgreSQL", id: Self.id,
            local: { _ in ["backupDirectory": "\(root)/backups", "pgDump": "\(Self.programs)/pg_dump"] },
            directory: directory
        ) { configuration in
            let units = names.map { name in
                (name, DirectUnit(start: ["\(root)/\(name)/postgres"], pidFile: "\(root)/\(name)/data/postmaster.pid"))
            }
            configuration.actions = LocalHostActions(
                services: DirectServices(units: Dictionary(uniqueKeysWithValues: units), logDirectory: "\(root)/logs"),
                dataDirectory: "\(root)/data",
                artifacts: ArtifactSpool(dataDirectory: "\(root)/data", finished: {}),
                secrets: FixedSecrets(["password": Self.password, "wrong": "nonsense"]))
            configuration.grants = GrantBook(PluginGrants(units: [Self.id: Set(names)]))
        }
    }

    /// Settings with these clusters and secrets.
    func settings(secret: String = "password", more: String = "") -> String {
        let clusters = ports.keys.sorted().map { name in
            """
            {"name": "\(name)", "host": "\(root)/\(name)", "port": \(ports[name] ?? 0), "user": "postgres", \
            "passwordSecret": "\(secret)", "unit": "\(name)"}
            """
        }
        return "{\"clusters\": [\(clusters.joined(separator: ", "))]\(more)}"
    }

    /// Starts the plugin and the clusters, runs the body, stops both.
    func run(_ body: (PluginManager) async throws -> Void) async throws {
        try await bench.run { manager in
            try await bench.waitUntil(.running)
            do {
                try await start(manager)
                try await body(manager)
            } catch {
                await stop(manager)
                throw error
            }
            await stop(manager)
        }
    }

    func sql(_ command: String, at cluster: String = "primary") throws -> String {
        try Self.asPostgres([
            "/usr/bin/env", "PGPASSWORD=\(Self.password)", "\(Self.programs)/psql", "-XAtq", "-h", "\(root)/\(cluster)",
            "-p",
            "\(ports[cluster] ?? 0)", "-c", command,
        ])
    }

    /// Waits until a cluster answers so.
    func wait(for answer: String, of question: String, at cluster: String = "primary") async throws {
        let end = ContinuousClock.now + .seconds(30)
        while try sql(question, at: cluster) != answer {
            guard ContinuousClock.now < end else {
                throw Failure("\(question) at the \(cluster) does not become \(answer)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    func postmaster(of cluster: String = "primary") -> Int32? {
        let text = (try? FileBytes.read("\(root)/\(cluster)/data/postmaster.pid")).flatMap { $0 } ?? []
        return Int32(String(decoding: text.prefix(while: { $0 != 0x0A }), as: UTF8.self))
    }

    func events(_ type: String) -> [PluginEvent] { bench.recorder.heard.events.filter { $0.type == type } }

    private func start(_ manager: PluginManager) async throws {
        let outcome = await manager.apply(try JSONValue(parsing: Array(settings().utf8)), to: Self.id)
        guard outcome == .applied else { throw Failure("\(outcome)") }
        let primary = await manager.control(Self.id, instance: "primary", .start)
        guard primary == .done else { throw Failure("the primary does not start: \(primary)") }
        guard ports["standby"] != nil else { return }
        try Self.asPostgres([
            "/usr/bin/env", "PGPASSWORD=\(Self.password)", "\(Self.programs)/pg_basebackup", "-h", "\(root)/primary",
            "-p",
            "\(ports["primary"] ?? 0)", "-D", "\(root)/standby/data", "--write-recovery-conf", "--checkpoint=fast",
            "--no-sync",
        ])
        let standby = await manager.control(Self.id, instance: "standby", .start)
        guard standby == .done else { throw Failure("the standby does not start: \(standby)") }
    }

    private func stop(_ manager: PluginManager) async {
        for cluster in ports.keys.sorted(by: >) {
            _ = await manager.control(Self.id, instance: cluster, .stop)
            if let pid = postmaster(of: cluster) { kill(pid, SIGQUIT) }
        }
    }
}
