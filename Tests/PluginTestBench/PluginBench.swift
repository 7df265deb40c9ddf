package import AgentPlugins
import DurableFiles
import Logging

#if canImport(Glibc)
    import Glibc
#endif

/// One plugin as it is built, installed in a folder of its own under a real manager and a real host.
package struct PluginBench: Sendable {
    package let id: String
    package let directory: TemporaryDirectory
    package let recorder = Recorder()
    package let manager: PluginManager

    /// `plugin` is the folder below Plugins/ and, in lower case, the name of the library. `local` replaces values of the
    /// manifest's `local` part; `manifest` may change the rest.
    package init(
        _ plugin: String, id: String, local: (TemporaryDirectory) throws -> [String: String] = { _ in [:] },
        manifest change: (String) -> String = { $0 }, library: String? = nil,
        units: (TemporaryDirectory) -> [String: DirectUnit] = { _ in [:] }, directory: TemporaryDirectory? = nil,
        configure: (inout PluginManagerConfiguration) -> Void = { _ in }
    ) throws {
        self.id = id
        let directory = try directory ?? TemporaryDirectory()
        self.directory = directory
        let root = directory.path
        let yaml = String(decoding: try Self.read("\(Built.sources)/Plugins/\(plugin)/plugin.yaml"), as: UTF8.self)
        let installed = Self.setting(try local(directory), in: change(yaml))
        let folder = "\(root)/plugins/\(id)"
        try FileBytes.makeDirectory(folder)
        try FileBytes.replace("\(folder)/plugin.yaml", with: Array(installed.utf8), mode: 0o644)
        let library = try Self.read(library ?? Built.library(plugin.lowercased()))
        try FileBytes.replace("\(folder)/plugin.so", with: library, mode: 0o644)
        let services = DirectServices(units: units(directory), logDirectory: "\(root)/logs")
        var configuration = PluginManagerConfiguration(
            pluginsDirectory: "\(root)/plugins", hostExecutable: Built.host, dataDirectory: "\(root)/data",
            actions: LocalHostActions(
                services: services, dataDirectory: "\(root)/data",
                artifacts: ArtifactSpool(dataDirectory: "\(root)/data", finished: {})))
        configure(&configuration)
        manager = PluginManager(configuration: configuration, delegate: recorder, logger: Self.logger)
    }

    /// Starts, runs the body, winds down.
    package func run(_ body: (PluginManager) async throws -> Void) async throws {
        await manager.start()
        do { try await body(manager) } catch {
            await manager.shutdown()
            throw error
        }
        await manager.shutdown()
    }

    package var report: ApplicationReport {
        get async throws {
            guard let report = await manager.applications().first(where: { $0.plugin == id }) else {
                throw Failure("no application \(id)")
            }
            return report
        }
    }

    package func waitUntil(_ state: PluginHealth.State) async throws {
        try await wait("\(id) is \(state)") { $0.health.state == state }
    }

    /// Waits until the report holds.
    package func wait(_ what: String, _ look: @escaping @Sendable (ApplicationReport) -> Bool) async throws {
        try await recorder.wait(what) { [manager, id] _ in
            await manager.applications().first { $0.plugin == id }.map(look) ?? false
        }
    }

    package func start(_ task: String, _ parameters: String = "") async throws -> [UInt8] {
        let runID = (0..<16).map { _ in UInt8.random(in: 0...255) }
        let outcome = await manager.startTask(
            runID: runID, application: id, task: task, parameters: Array(parameters.utf8))
        guard outcome == .done else { throw Failure("\(outcome)") }
        return runID
    }

    /// The end of a run.
    package func end(of runID: [UInt8], atMost limit: Duration = .seconds(60)) async throws -> PluginRunUpdate {
        try await recorder.wait("end of a run", atMost: limit) {
            $0.updates.contains { $0.runID == runID && $0.isFinal }
        }
        guard let update = recorder.heard.updates.last(where: { $0.runID == runID }) else { throw Failure("no update") }
        return update
    }

    /// Runs a task to its end.
    package func perform(_ task: String, _ parameters: String = "") async throws -> PluginRunUpdate {
        try await end(of: try await start(task, parameters))
    }

    package static func read(_ path: String) throws -> [UInt8] {
        guard let bytes = try FileBytes.read(path, limit: 64 << 20) else { throw Failure("\(path) is missing") }
        return bytes
    }

    /// Quiet unless MARTLET_TEST_LOG is set.
    private static var logger: Logger {
        getenv("MARTLET_TEST_LOG") == nil
            ? Logger(label: "plugins") { _ in SwiftLogNoOpLogHandler() } : Logger(label: "plugins")
    }

    private static func setting(_ local: [String: String], in yaml: String) -> String {
        yaml.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard line.hasPrefix("  "), let colon = line.firstIndex(of: ":"),
                let value = local[String(line[..<colon].drop(while: { $0 == " " }))]
            else { return String(line) }
            return "\(line[..<colon]): \(value)"
        }.joined(separator: "\n")
    }
}
