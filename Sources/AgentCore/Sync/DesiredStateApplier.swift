import AgentPlugins
import DesiredState
import DeviceProtocol
import FoundationEssentials
package import Logging
import OpAMP

/// Brings the device to what its document says: stores the document, then applies it entry by entry.
package actor DesiredStateApplier {
    private let store: AgentStore
    private let plugins: any ManagedApplications
    private let tasks: TaskRunner
    private let logger: Logger
    private let environment: AgentEnvironment
    private let changed: @Sendable () async -> Void
    private var work: (any BackgroundWork)?

    /// `changed` is called when outcomes are there to be reported.
    package init(
        store: AgentStore, plugins: any ManagedApplications, tasks: TaskRunner, logger: Logger,
        environment: AgentEnvironment = .system, changed: @escaping @Sendable () async -> Void
    ) {
        self.store = store
        self.plugins = plugins
        self.tasks = tasks
        self.logger = logger
        self.environment = environment
        self.changed = changed
    }

    /// Takes a configuration from the server and begins to apply it; a configuration that is held already is not
    /// applied again. Returns once it is durable.
    func take(_ configuration: OpAMPAgentRemoteConfig) async throws -> Bool {
        let entries = configuration.config.configMap.mapValues { Array($0.body) }
        let hash = Array(configuration.configHash)
        guard try await store.configHash() != hash else { return false }
        try await store.replaceDesired(entries: entries, hash: hash)
        logger.info("desired state received", metadata: ["entries": "\(entries.count)"])
        begin()
        return true
    }

    /// Applies what the store holds, once more: at start, or when an application came back.
    package func begin() {
        let previous = work
        work = environment.run {
            await previous?.finished()
            await self.applyAll()
            await self.changed()
        }
    }

    /// Waits until nothing is being applied.
    package func settled() async { await work?.finished() }

    private func applyAll() async {
        do {
            let entries = try await store.desiredEntries()
            let (document, problems) = DeviceDocument.read(entries: entries)
            for problem in problems {
                try await record(problem.entry, entries, .failed, problem.reason)
            }
            if entries[DeviceDocument.tasksEntry] == nil {
                _ = await tasks.replace(definitions: [])
            } else if !problems.contains(where: { $0.entry == DeviceDocument.tasksEntry }) {
                let problems = await tasks.replace(definitions: document.tasks)
                try await record(
                    DeviceDocument.tasksEntry, entries, problems.isEmpty ? .applied : .failed,
                    problems.joined(separator: "; "))
            }
            for application in document.settings.keys.sorted() {
                guard let settings = document.settings[application] else { continue }
                try await apply(settings, to: application, entries)
            }
        } catch {
            logger.error("desired state could not be recorded", metadata: ["error": "\(error)"])
        }
    }

    private func apply(_ settings: JSONValue, to application: String, _ entries: [String: [UInt8]]) async throws {
        switch await plugins.apply(settings, to: application) {
        case .applied:
            logger.info("settings applied", metadata: ["application": "\(application)"])
            try await record(application, entries, .applied, "")
        case .failed(let problem):
            logger.warning(
                "settings failed", metadata: ["application": "\(application)", "reason": "\(problem.description)"])
            try await record(application, entries, .failed, problem.description)
        }
    }

    /// An outcome that says what is recorded already keeps its time, so that it does not look changed.
    private func record(
        _ entry: String, _ entries: [String: [UInt8]], _ status: WireEntryStatus, _ reason: String
    ) async throws {
        let hash = Digest.sha256(entries[entry] ?? [])
        let known = try await store.outcomes().first { $0.entry == entry }
        if let known, known.hash == hash, known.status == status, known.reason == reason { return }
        try await store.record(
            EntryOutcome(entry: entry, hash: hash, status: status, reason: reason, time: environment.now()))
    }
}
