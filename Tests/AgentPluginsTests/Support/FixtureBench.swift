import AgentPlugins
import Glibc
import Logging

/// The fixture plugin, installed in a folder of its own under a real host.
struct FixtureBench {
    static let id = "martlet.fixture"

    let directory: TemporaryDirectory
    let recorder = Recorder()
    let manager: PluginManager

    init(
        manifest change: (String) -> String = { $0 }, library: String = Built.fixture,
        units: [String: DirectUnit] = [:], timing: SupervisionTiming? = nil, deadlines: CallDeadlines? = nil
    ) throws {
        directory = try TemporaryDirectory()
        let root = directory.path
        let folder = "\(root)/plugins/\(Self.id)"
        try FileBytes.makeDirectory(folder)
        try FileBytes.makeDirectory("\(root)/files")
        let yaml = String(decoding: try Self.read("\(Built.sources)/Plugins/Fixture/plugin.yaml"), as: UTF8.self)
        let local = Self.replacing("/var/lib/martlet-fixture", by: "\(root)/files", in: yaml)
        try FileBytes.replace("\(folder)/plugin.yaml", with: Array(change(local).utf8), mode: 0o644)
        try FileBytes.replace("\(folder)/plugin.so", with: try Self.read(library), mode: 0o644)
        let services = DirectServices(units: units, logDirectory: "\(root)/logs")
        var configuration = PluginManagerConfiguration(
            pluginsDirectory: "\(root)/plugins", hostExecutable: Built.host, dataDirectory: "\(root)/data",
            actions: LocalHostActions(services: services, dataDirectory: "\(root)/data"))
        if let timing { configuration.timing = timing }
        if let deadlines { configuration.deadlines = deadlines }
        var logger = Logger(label: "plugins") { _ in SwiftLogNoOpLogHandler() }
        if getenv("MARTLET_TEST_LOG") != nil { logger = Logger(label: "plugins") }
        manager = PluginManager(configuration: configuration, delegate: recorder, logger: logger)
    }

    /// Starts, runs the body, winds down.
    func run(_ body: (PluginManager) async throws -> Void) async throws {
        await manager.start()
        do { try await body(manager) } catch {
            await manager.shutdown()
            throw error
        }
        await manager.shutdown()
    }

    var report: ApplicationReport {
        get async throws {
            guard let report = await manager.applications().first else { throw Failure("no application") }
            return report
        }
    }

    func waitUntil(_ state: PluginHealth.State) async throws {
        let manager = manager
        try await recorder.wait("plugin is \(state)") { _ in await manager.applications().first?.health.state == state }
    }

    /// Runs a task to its end.
    func perform(_ task: String, _ parameters: String = "") async throws -> PluginRunUpdate {
        let runID = (0..<16).map { _ in UInt8.random(in: 0...255) }
        let outcome = await manager.startTask(
            runID: runID, application: Self.id, task: task, parameters: Array(parameters.utf8))
        guard outcome == .done else { throw Failure("\(outcome)") }
        try await recorder.wait("end of \(task)") { $0.updates.contains { $0.runID == runID && $0.isFinal } }
        guard let update = recorder.heard.updates.last(where: { $0.runID == runID }) else { throw Failure("no update") }
        return update
    }

    static func read(_ path: String) throws -> [UInt8] {
        guard let bytes = try FileBytes.read(path, limit: 64 << 20) else { throw Failure("\(path) is missing") }
        return bytes
    }

    static func replacing(_ old: String, by new: String, in text: String) -> String {
        text.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }
}
