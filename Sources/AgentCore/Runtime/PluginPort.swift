import AgentPlugins
import DeviceProtocol
import Failpoints
import Logging
import Synchronization

/// What plugins reach of the agent: the spool, the tasks, and somebody to tell that something changed.
final class PluginPort: PluginDelegate {
    private struct Parts {
        var tasks: TaskRunner?
        var connection: ConnectionRunner?
        var uploads: ArtifactUploader?
        var packages: PackageInstaller?
        var applier: DesiredStateApplier?
    }

    private let store: AgentStore
    private let logger: Logger
    private let environment: AgentEnvironment
    private let parts = Mutex(Parts())

    init(store: AgentStore, logger: Logger, environment: AgentEnvironment = .system) {
        self.store = store
        self.logger = logger
        self.environment = environment
    }

    func attach(
        tasks: TaskRunner, connection: ConnectionRunner, uploads: ArtifactUploader?, packages: PackageInstaller?,
        applier: DesiredStateApplier
    ) {
        parts.withLock {
            $0 = Parts(
                tasks: tasks, connection: connection, uploads: uploads, packages: packages, applier: applier)
        }
    }

    /// `plugin`: one came or went, whose settings are to be applied.
    func packagesChanged(plugin: Bool) async {
        await parts.withLock { $0.applier }?.packagesChanged(plugin: plugin)
    }

    func artifactFinished() async { await parts.withLock { $0.uploads }?.due() }

    /// Tells the connection that something is due.
    func due(_ reason: ConnectionMachine.Reason) async {
        await parts.withLock { $0.connection }?.due(reason)
    }

    func append(_ events: [PluginEvent], from plugin: String) async -> [EventAdmission] {
        let spooled = events.map {
            SpooledEvent(
                id: $0.id, application: $0.application, instance: $0.instance, severity: $0.severity.rawValue,
                type: $0.type,
                text: $0.text, data: $0.data, time: $0.time)
        }
        do {
            let admissions = try await store.append(spooled, from: plugin, now: environment.now())
            Failpoint.spoolCommitted.pass()
            await due(.event)
            let fresh = zip(spooled, admissions).filter { $0.1 == .stored }.map(\.0)
            if !fresh.isEmpty { await notice(fresh) }
            return admissions.map { admission in
                switch admission {
                case .stored: .stored
                case .duplicate: .duplicate
                case .refused(let reason): .refused(reason: reason)
                }
            }
        } catch {
            logger.error("events could not be stored", metadata: ["plugin": "\(plugin)", "error": "\(error)"])
            // The device's health says it, when the connection can be spoken over all the same.
            await due(.change)
            return events.map { _ in .exhausted }
        }
    }

    /// Beside the call: a plugin that emits does not wait for tasks that its events start.
    private func notice(_ events: [SpooledEvent]) async {
        guard let tasks = parts.withLock({ $0.tasks }) else { return }
        Task { await tasks.noticed(events) }
    }

    func stateChanged(_ plugin: String) async {
        await parts.withLock { $0.packages }?.noticed(plugin)
        await due(.change)
    }

    func taskChanged(_ run: PluginRunUpdate) async { await parts.withLock { $0.tasks }?.take(run) }

    func hostEnded(_ plugin: String, _ end: HostEnd) async {
        await parts.withLock { $0.packages }?.noticed(plugin)
        let now = environment.now()
        await say(
            SpooledEvent(
                id: environment.identifier(now).bytes, application: AgentEvent.application, instance: plugin,
                severity: 3,
                type: AgentEvent.pluginFailed, text: "plugin \(plugin): \(end.withLastLine)", time: now))
    }

    /// An event of the agent itself.
    func say(_ event: SpooledEvent) async {
        do {
            _ = try await store.append([event], from: nil, now: environment.now())
            await due(.event)
            await notice([event])
        } catch {
            logger.error(
                "an event of the agent could not be stored", metadata: ["type": "\(event.type)", "error": "\(error)"])
        }
    }
}
