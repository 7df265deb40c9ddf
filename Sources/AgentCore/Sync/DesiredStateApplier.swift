import AgentPlugins
package import DesiredState
import DeviceProtocol
import Failpoints
import FoundationEssentials
package import Logging
import OpAMP

/// Brings the device to what its document says: stores the document, then applies it entry by entry.
package actor DesiredStateApplier {
    let store: AgentStore
    let plugins: any ManagedApplications
    private let tasks: TaskRunner
    let logger: Logger
    let environment: AgentEnvironment
    private let secrets: SecretKeeper?
    let packages: PackageInstaller?
    private let conditions: @Sendable () async -> ConditionFacts
    let say: @Sendable (SpooledEvent) async -> Void
    let changed: @Sendable () async -> Void
    /// The last of what is being applied; nil once that is over, since a task that is over keeps its memory.
    private var work: (any BackgroundWork)?
    private var worksBegun = 0
    /// What is known of drift, by application.
    var judges: [String: DriftJudge] = [:]
    /// What was last wanted, by application.
    private var wanted: [String: JSONValue] = [:]
    /// The look that was promised for when a repair may be tried again.
    var promisedLook: (at: Int64, work: any BackgroundWork)?
    /// How often in a row a statement of trust could not be taken now, and its next try.
    var trustRetry: (failures: Int, work: (any BackgroundWork)?) = (0, nil)
    /// Of the last application: the profiles that have a condition, and which of them held.
    private var conditional: [SettingsProfile] = []
    private var held: [String] = []
    /// Tells `ConditionWatch` that there are such profiles.
    let conditionsCame: AsyncStream<Void>
    private let conditionsCome: AsyncStream<Void>.Continuation
    /// Applications of which no entry speaks any more, to be brought to their defaults.
    private var abandoned: Set<String> = []

    /// `changed` is called when outcomes are there to be reported; `conditions` tells of the device's surroundings; `say`
    /// takes events of the agent.
    package init(
        store: AgentStore, plugins: any ManagedApplications, tasks: TaskRunner, logger: Logger,
        environment: AgentEnvironment = .system, secrets: SecretKeeper? = nil, packages: PackageInstaller? = nil,
        conditions: @escaping @Sendable () async -> ConditionFacts = { ConditionFacts() },
        say: @escaping @Sendable (SpooledEvent) async -> Void = { _ in },
        changed: @escaping @Sendable () async -> Void
    ) {
        self.store = store
        self.plugins = plugins
        self.tasks = tasks
        self.logger = logger
        self.environment = environment
        self.secrets = secrets
        self.packages = packages
        self.conditions = conditions
        self.say = say
        self.changed = changed
        (conditionsCame, conditionsCome) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Takes a configuration from the server and begins to apply it; a configuration that is held already is not
    /// applied again. Returns once it is durable.
    func take(
        _ configuration: OpAMPAgentRemoteConfig, packages offered: OpAMPPackagesAvailable? = nil
    ) async throws -> Bool {
        var entries = configuration.config.configMap.mapValues { Array($0.body) }
        entries[DeviceDocument.packagesEntry] = nil
        let hash = Array(configuration.configHash)
        guard try await store.configHash() != hash else { return false }
        let wereMisfit = try await offersAreMisfit()
        var misfit: [UInt8]?
        if let offered, let entry = PackageOffers.entry(of: offered) {
            entries[DeviceDocument.packagesEntry] = entry
            try await store.keep(packageSignatures: PackageOffers.signatures(of: offered))
        } else if let offered {
            misfit = Array(offered.allPackagesHash)
            // What cannot be made out is no reason to remove what is there.
            logger.error("\(Self.misfit)")
            entries[DeviceDocument.packagesEntry] = try await store.desiredEntries()[DeviceDocument.packagesEntry]
        }
        Failpoint.documentReceived.pass()
        try await store.replaceDesired(entries: entries, hash: hash)
        if let misfit {
            try await noteMisfit(misfit)
        } else if wereMisfit {
            try await record(DeviceDocument.packagesEntry, entries, .applying, "")
        }
        Failpoint.documentKept.pass()
        logger.info("desired state received", metadata: ["entries": "\(entries.count)"])
        begin()
        return true
    }

    /// Applies what the store holds, once more: at start, or when an application came back.
    package func begin() {
        enqueue {
            await self.applyAll()
            await self.changed()
            // What a plugin took over from its former process is not applied again; it may have drifted meanwhile.
            await self.repairDrift()
        }
    }

    /// After what is being applied.
    func enqueue(_ next: @escaping AgentEnvironment.Work) {
        let previous = work
        worksBegun += 1
        let number = worksBegun
        work = environment.run {
            await previous?.finished()
            await next()
            await self.isOver(number)
        }
    }

    private func isOver(_ number: Int) {
        if number == worksBegun { work = nil }
    }

    var hasConditions: Bool { !conditional.isEmpty }

    /// Applies again when other profiles hold than when it was last done.
    package func review() async {
        guard !conditional.isEmpty else { return }
        let facts = await conditions()
        let now = conditional.filter { $0.condition.holds(facts) }.map(\.id)
        guard now != held else { return }
        held = now
        logger.notice("other profiles hold", metadata: ["profiles": "\(now.joined(separator: ", "))"])
        begin()
    }

    /// The local user wants something else of an application: applies it, and returns when that is done.
    func localChange(of application: String) async {
        abandoned.insert(application)
        begin()
        await settled()
    }

    /// What is to be in force of an application, as of now; `local` instead of what the local user wants.
    func merged(_ application: String, local: JSONValue? = nil) async throws -> LayeredSettings {
        let (document, _) = DeviceDocument.read(entries: try await store.desiredEntries())
        let entry = document.applications[application] ?? ApplicationEntry(settings: .object([:]))
        let facts = await conditions()
        let stored = try await store.localSettings()[application] ?? .object([:])
        return entry.merged(local: local ?? stored) { $0.condition.holds(facts) }
    }

    /// Waits until nothing is being applied.
    package func settled() async { await work?.finished() }

    private func applyAll() async {
        do {
            let entries = try await store.desiredEntries()
            let (document, problems) = DeviceDocument.read(entries: entries)
            // First, and whatever becomes of the rest: a statement stands behind nothing else.
            do { try await applyTrust(document, entries) } catch {
                logger.error("a statement of trust could not be recorded", metadata: ["error": "\(error)"])
            }
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
            try await applyPackages(document, entries, problems)
            try await applyApplications(document, entries)
            try await recordSecrets(of: document, entries)
        } catch {
            logger.error("desired state could not be recorded", metadata: ["error": "\(error)"])
        }
    }

    private func applyApplications(_ document: DeviceDocument, _ entries: [String: [UInt8]]) async throws {
        // To look around costs more than to apply a small document.
        let isConditional = document.applications.values.contains { $0.profiles.contains { $0.condition != .always } }
        let facts = isConditional ? await conditions() : ConditionFacts()
        let local = try await store.localSettings()
        let silent = Set(local.keys).union(abandoned).subtracting(document.applications.keys)
            // What cannot be read is kept as it is.
            .filter { entries[$0] == nil }
        abandoned = []
        var report: [String: JSONValue] = [:]
        var wanted: [(application: String, settings: JSONValue)] = []
        conditional = []
        held = []
        for application in Set(document.applications.keys).union(silent).sorted() {
            let entry = document.applications[application] ?? ApplicationEntry(settings: .object([:]))
            let active = entry.profiles.filter { $0.condition.holds(facts) }
            let own = local[application] ?? .object([:])
            let merged = entry.merged(local: own) { active.contains($0) }
            let conditions = entry.profiles.filter { $0.condition != .always }
            conditional += conditions
            held += conditions.filter(active.contains).map(\.id)
            report[application] = PolicyReport.json(active: active, local: own, merged)
            wanted.append((application, merged.value))
        }
        if !conditional.isEmpty { conditionsCome.yield() }
        try await store.keep(policyReport: .object(report))
        let installed = Set(await plugins.applications().map(\.plugin))
        for (application, settings) in wanted {
            // Settings name secrets; without their values the plugin could only refuse them. Where there is no plugin, none
            // is asked for.
            let awaited = installed.contains(application) ? try await secrets?.awaited(by: application) ?? [] : []
            guard awaited.isEmpty else {
                try await record(
                    application, entries, .applying, "waits for secrets: \(awaited.joined(separator: ", "))")
                continue
            }
            try await apply(settings, to: application, entries)
        }
    }

    private func recordSecrets(of document: DeviceDocument, _ entries: [String: [UInt8]]) async throws {
        guard let secrets, entries[DeviceDocument.secretsEntry] != nil else { return }
        let installed = Set(await plugins.applications().map(\.plugin))
        var awaited: [String] = []
        for application in Set(document.secrets.values.map(\.application)).intersection(installed) {
            awaited += try await secrets.awaited(by: application)
        }
        try await record(
            DeviceDocument.secretsEntry, entries, awaited.isEmpty ? .applied : .applying,
            awaited.isEmpty ? "" : "not received yet: \(awaited.sorted().joined(separator: ", "))")
    }

    private func apply(_ settings: JSONValue, to application: String, _ entries: [String: [UInt8]]) async throws {
        if wanted[application] != settings { judges[application]?.appliedAnew() }
        wanted[application] = settings
        let fresh = try await store.freshSecrets(of: application)
        var outcome = await plugins.apply(settings, to: application)
        // It has these settings already, and not what they name.
        if case .applied = outcome, !fresh.isEmpty { outcome = await plugins.applyAgain(to: application) }
        if case .applied = outcome { try await store.noteApplied(fresh) }
        switch outcome {
        // It has them already, and lost them since: what becomes of it is drift's to say.
        case .applied where judges[application]?.isOpen == true: break
        case .applied:
            Failpoint.settingsApplied.pass()
            logger.info("settings applied", metadata: ["application": "\(application)"])
            try await record(application, entries, .applied, "")
        case .failed(let problem):
            logger.warning(
                "settings failed", metadata: ["application": "\(application)", "reason": "\(problem.description)"])
            try await record(application, entries, .failed, problem.description)
        }
    }

    /// An outcome that says what is recorded already keeps its time, so that it does not look changed.
    func record(
        _ entry: String, _ entries: [String: [UInt8]], _ status: WireEntryStatus, _ reason: String
    ) async throws {
        // The server is told of its own entries, and of no other.
        guard let body = entries[entry] else { return }
        let hash = Digest.sha256(body)
        let known = try await store.outcomes().first { $0.entry == entry }
        if let known, known.hash == hash, known.status == status, known.reason == reason { return }
        try await store.record(
            EntryOutcome(entry: entry, hash: hash, status: status, reason: reason, time: environment.now()))
    }
}
