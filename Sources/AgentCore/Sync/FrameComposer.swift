import AgentPlugins
import DesiredState
import DeviceProtocol
import FoundationEssentials
package import OpAMP
import SwiftProtobuf

/// Writes what is due to the server into messages, and remembers what the server has acknowledged.
///
/// One message is outstanding at a time; a new connection begins with `beginConnection`.
package actor FrameComposer {
    private let identity: DeviceIdentity
    private let start: AgentStart
    private let store: AgentStore
    private let plugins: any ManagedApplications
    private let inventory: InventoryReader
    private var ledger: ReportLedger
    private var sequence: UInt64 = 0
    private var frames: UInt64 = 0
    /// Counts what was forgotten: an acknowledgement of a frame from before says nothing of state.
    private var generation = 0
    private var refreshWanted = false
    /// The list the server is known to hold; nil when it must be told whole.
    private var inventoryBase: SoftwareList?
    private var lastStatistics: Int64 = 0
    /// Set once the listener is bound; 0 when there is none.
    private var udpPort: UInt16 = 0
    /// What the server was told and has acknowledged.
    private var confirmedKey: UInt32 = 0
    private var confirmedPort: UInt16 = 0
    private var confirmedOutcome: ConnectionOfferOutcome?

    /// Reports status, accepts remote configuration, reports effective configuration, accepts connection settings,
    /// reports health, reports remote configuration, reports the status of connection settings.
    static let capabilities: UInt64 = 1 | 2 | 4 | 256 | 2_048 | 4_096 | 32_768

    package init(
        identity: DeviceIdentity, start: AgentStart, store: AgentStore, plugins: any ManagedApplications,
        inventory: InventoryReader
    ) async throws {
        self.identity = identity
        self.start = start
        self.store = store
        self.plugins = plugins
        self.inventory = inventory
        ledger = ReportLedger(acknowledged: try await store.acknowledgedDigest())
        inventoryBase = try await store.acknowledgedInventory()
    }

    package func listening(on port: UInt16) { udpPort = port }

    /// The next frame is the first of its connection.
    package func beginConnection() { frames = 0 }

    /// The server wants state, runs and statistics now, whatever their own intervals.
    package func wantRefresh() { refreshWanted = true }

    func forgetState() {
        ledger.forget()
        generation += 1
    }

    /// The server holds nothing for certain.
    func forgetAll() {
        forgetState()
        inventoryBase = nil
        confirmedKey = 0
        confirmedPort = 0
        confirmedOutcome = nil
    }

    /// What is due now. `eventBytes` bounds the events; `session` says how old statistics may be.
    package func compose(
        reason: ConnectionMachine.Reason, eventBytes: Int, session: SessionSettings, now: Int64
    ) async throws -> OutgoingFrame {
        frames += 1
        sequence += 1
        var message = OpAMPAgentToServer()
        message.instanceUid = Data(identity.uid.bytes)
        message.sequenceNum = sequence
        message.capabilities = Self.capabilities
        var frame = WireAgentFrame()
        frame.frame = frames
        var outgoing = OutgoingFrame(message: message, number: frames, generation: generation)
        if frames == 1 { writeStart(into: &frame, reason, now) }
        try await writeKey(into: &frame, &outgoing)
        try await writeOfferOutcome(into: &outgoing)
        try await writeState(into: &outgoing, &frame)
        try await writeInventory(into: &frame, &outgoing, always: frames == 1)
        try await writeTasks(into: &frame, &outgoing)
        await writeStatistics(into: &frame, &outgoing, session: session, reason: reason, now: now)
        frame.events = try await store.nextBatches(bytes: eventBytes, now: now)
        // Their times are of a clock that may be set at any moment: the server corrects them by this.
        if !frame.events.isEmpty { frame.agentTime = now }
        outgoing.saysSomething = outgoing.saysSomething || !frame.events.isEmpty
        outgoing.message.customMessage.capability = DeviceCapability.name
        outgoing.message.customMessage.type = DeviceCapability.agentFrame
        outgoing.message.customMessage.data = try frame.serializedData()
        return outgoing
    }

    /// OpAMP's good-bye, which ends a session in order.
    package func disconnect() -> OpAMPAgentToServer {
        sequence += 1
        var message = OpAMPAgentToServer()
        message.instanceUid = Data(identity.uid.bytes)
        message.sequenceNum = sequence
        message.capabilities = Self.capabilities
        message.agentDisconnect = OpAMPAgentDisconnect()
        return message
    }

    /// Whether a further frame would say something. (Events that were refused or are not yet receipted count.)
    package func hasMore() async throws -> Bool {
        if try await hasEvents() { return true }
        if try await store.offerOutcome() != confirmedOutcome { return true }
        if try await store.udpKeys().first?.id ?? 0 != confirmedKey || udpPort != confirmedPort { return true }
        if try await !store.unreportedRuns(limit: 1).isEmpty { return true }
        if try await !store.unreportedAnswers().isEmpty { return true }
        return try await currentReport().total != ledger.total
    }

    /// Whether events are there, which do not wait for the next synchronisation.
    package func hasEvents() async throws -> Bool {
        if await store.spoolDepth().events > 0 { return true }
        return try await store.hasUnprovenStreams()
    }

    /// The server has stored the frame: what it said need not be said again.
    package func acknowledge(_ frame: OutgoingFrame, now: Int64) async throws {
        if let report = frame.report, frame.generation == generation {
            ledger.acknowledge(report)
            try await store.keepAcknowledgedDigest(report.total)
        }
        confirmedKey = frame.udpKeyID
        confirmedPort = frame.udpPort
        if frame.generation == generation, let outcome = frame.offerOutcome { confirmedOutcome = outcome }
        if frame.generation == generation, let list = frame.inventory {
            inventoryBase = list
            try await store.keepAcknowledgedInventory(list)
        }
        for run in frame.runs { try await store.acknowledge(run: run.id, revision: run.revision) }
        try await store.acknowledge(answers: frame.answers)
        if frame.statistics { lastStatistics = now }
    }

    /// The server named the software list that it holds and wants a newer one.
    func serverHoldsInventory(hash: [UInt8]) {
        if inventoryBase?.hash != hash { inventoryBase = nil }
    }

    // MARK: Parts

    private func writeStart(into frame: inout WireAgentFrame, _ reason: ConnectionMachine.Reason, _ now: Int64) {
        frame.startCounter = UInt64(start.counter)
        frame.startID = Data(start.id)
        frame.agentTime = now
        frame.reason =
            switch reason {
            case .schedule: .schedule
            case .event: .event
            case .change: .change
            case .order: .order
            case .wake: .wake
            case .start: .start
            }
    }

    /// The key that this frame confirms; the server wakes only with a key that was confirmed.
    private func writeKey(into frame: inout WireAgentFrame, _ outgoing: inout OutgoingFrame) async throws {
        let held = try await store.udpKeys().first?.id ?? 0
        frame.udpKeyID = held
        frame.udpPort = UInt32(udpPort)
        outgoing.udpKeyID = held
        outgoing.udpPort = udpPort
        if held != confirmedKey || udpPort != confirmedPort { outgoing.saysSomething = true }
    }

    /// What became of an address that the server offered; once a start, and when it changed.
    private func writeOfferOutcome(into outgoing: inout OutgoingFrame) async throws {
        guard let outcome = try await store.offerOutcome(), outcome != confirmedOutcome else { return }
        outgoing.message.connectionSettingsStatus.lastConnectionSettingsHash = Data(outcome.hash)
        outgoing.message.connectionSettingsStatus.errorMessage = outcome.reason
        outgoing.message.connectionSettingsStatus.status =
            switch outcome.status {
            case .applied: .applied
            case .applying: .applying
            case .failed: .failed
            }
        outgoing.offerOutcome = outcome
        outgoing.saysSomething = true
    }

    private func writeState(into outgoing: inout OutgoingFrame, _ frame: inout WireAgentFrame) async throws {
        let report = try await currentReport()
        let (parts, base) = ledger.selection(for: report)
        frame.stateDigest = Data(report.total)
        if let base { frame.stateBase = Data(base) }
        report.write(parts, to: &outgoing.message, &frame)
        outgoing.report = report
        if !parts.isEmpty { outgoing.saysSomething = true }
    }

    private func writeInventory(
        into frame: inout WireAgentFrame, _ outgoing: inout OutgoingFrame, always: Bool
    ) async throws {
        let list = await inventory.current()
        if always { frame.inventoryHash = Data(list.hash) }
        guard inventoryBase?.hash != list.hash else { return }
        frame.inventoryHash = Data(list.hash)
        let (added, removed) = list.changes(from: inventoryBase ?? SoftwareList([]))
        frame.inventory.baseHash = Data(inventoryBase?.hash ?? [])
        frame.inventory.hash = Data(list.hash)
        frame.inventory.added = added.prefix(DeviceLimits.inventoryItems).map(Self.wire)
        frame.inventory.removed = removed.map(Self.wire)
        outgoing.inventory = list
        outgoing.saysSomething = true
    }

    private static func wire(_ item: SoftwareItem) -> WireSoftware {
        WireSoftware.with {
            $0.name = item.name
            $0.version = item.version
            $0.architecture = item.architecture
            $0.source = "deb"
        }
    }

    private func writeTasks(into frame: inout WireAgentFrame, _ outgoing: inout OutgoingFrame) async throws {
        for run in try await store.unreportedRuns() {
            frame.runs.append(run.wire)
            outgoing.runs.append((run.runID, run.revision))
        }
        for answer in try await store.unreportedAnswers() {
            frame.orderReplies.append(
                WireOrderReply.with {
                    $0.id = Data(answer.id)
                    $0.status = answer.status
                    $0.message = answer.message
                })
            outgoing.answers.append(answer.id)
        }
        if !frame.runs.isEmpty || !frame.orderReplies.isEmpty { outgoing.saysSomething = true }
    }

    private func writeStatistics(
        into frame: inout WireAgentFrame, _ outgoing: inout OutgoingFrame, session: SessionSettings,
        reason: ConnectionMachine.Reason, now: Int64
    ) async {
        let interval = (session.statisticsInterval > 0 ? session.statisticsInterval : session.syncInterval) * 1_000_000
        // A little early is on time: the timer that brought us here has its own jitter.
        // A clock that was set back must not silence them.
        let due = now - lastStatistics >= interval - interval / 20 || now < lastStatistics
        guard refreshWanted || due else { return }
        refreshWanted = false
        frame.statistics = await plugins.statistics().map(\.wire)
        outgoing.statistics = true
        if !frame.statistics.isEmpty { outgoing.saysSomething = true }
    }

    private func currentReport() async throws -> StateReport {
        let applications = await plugins.applications()
        var effective = OpAMPEffectiveConfig()
        for application in applications {
            guard let settings = await plugins.settingsInForce(of: application.plugin) else { continue }
            effective.configMap.configMap[application.plugin] = OpAMPAgentConfigFile.with {
                $0.body = Data(CanonicalJSON.encode(settings))
                $0.contentType = "application/json"
            }
        }
        let outcomes = try await store.outcomes()
        return try StateReport(
            description: identity.description,
            health: HealthReport.make(applications, start: start).with(storageFault: await store.storageFault),
            effectiveConfig: effective, configStatus: ConfigStatus.make(outcomes, hash: try await store.configHash()),
            applied: outcomes.map(\.wire))
    }
}
