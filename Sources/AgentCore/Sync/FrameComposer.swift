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
    let identity: DeviceIdentity
    let start: AgentStart
    let store: AgentStore
    let plugins: any ManagedApplications
    let inventory: InventoryReader
    let secrets: SecretKeeper?
    let packages: PackageInstaller?
    var ledger: ReportLedger
    /// The state as it was when it was looked at last.
    var lastReport: StateReport?
    private var sequence: UInt64 = 0
    private var frames: UInt64 = 0
    /// Counts what was forgotten: an acknowledgement of a frame from before says nothing of state.
    private var generation = 0
    /// The server speaks plain OpAMP: it knows nothing of our frame.
    private(set) var isServerPlain = false
    var refreshWanted = false
    /// The list the server is known to hold; nil when it must be told whole.
    var inventoryBase: SoftwareList?
    var lastStatistics: Int64 = 0
    /// Set once the listener is bound; 0 when there is none.
    var udpPort: UInt16 = 0
    /// What the server was told and has acknowledged.
    var confirmedKey: UInt32 = 0
    var confirmedPort: UInt16 = 0
    var confirmedOutcome: ConnectionOfferOutcome?
    /// Digest of what the server knows of packages; nil while nothing is known for certain.
    var confirmedPackages: [UInt8]?

    /// Reports status, accepts remote configuration, reports effective configuration, accepts packages, reports their
    /// statuses, accepts connection settings, reports health, reports remote configuration, reports heartbeats, reports the status of connection settings.
    static let capabilities: UInt64 = 1 | 2 | 4 | 8 | 16 | 256 | 2_048 | 4_096 | 8_192 | 32_768

    package init(
        identity: DeviceIdentity, start: AgentStart, store: AgentStore, plugins: any ManagedApplications,
        inventory: InventoryReader, secrets: SecretKeeper? = nil, packages: PackageInstaller? = nil
    ) async throws {
        self.packages = packages
        self.identity = identity
        self.start = start
        self.store = store
        self.plugins = plugins
        self.inventory = inventory
        self.secrets = secrets
        ledger = ReportLedger(acknowledged: try await store.acknowledgedDigest())
        inventoryBase = try await store.acknowledgedInventory()
    }

    package func listening(on port: UInt16) { udpPort = port }

    /// The next frame is the first of its connection.
    package func beginConnection() async {
        frames = 0
        await secrets?.forgetAsked()
    }

    /// The server wants state, runs and statistics now, whatever their own intervals.
    package func wantRefresh() { refreshWanted = true }

    /// The server answered, with a frame of ours or without. Returns whether it is another kind than was thought; then it
    /// is to be told its part anew.
    func met(plain: Bool) -> Bool {
        guard plain != isServerPlain else { return false }
        isServerPlain = plain
        if plain { forgetState() }
        return true
    }

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
        confirmedPackages = nil
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
        if frames == 1 {
            writeStart(into: &frame, reason, now)
            if let place = try await store.place() { frame.placeDigest = Data(place.digest) }
        }
        try await writeKey(into: &frame, &outgoing)
        try await writeOfferOutcome(into: &outgoing)
        try await writeState(into: &outgoing, &frame)
        if isServerPlain {
            // The first frame of a connection asks again whether it is a server of ours, and brings nothing else.
            if frames == 1 { try Self.write(frame, into: &outgoing) }
            return outgoing
        }
        try await writeInventory(into: &frame, &outgoing, always: frames == 1)
        try await writeTasks(into: &frame, &outgoing)
        try await writePackages(into: &outgoing)
        if reason == .schedule { await secrets?.forgetAsked() }
        try await writeSecretsWanted(into: &frame, &outgoing)
        await writeStatistics(into: &frame, &outgoing, session: session, reason: reason, now: now)
        frame.events = try await store.nextBatches(bytes: eventBytes, now: now)
        // Their times are of a clock that may be set at any moment: the server corrects them by this.
        if !frame.events.isEmpty { frame.agentTime = now }
        outgoing.saysSomething = outgoing.saysSomething || !frame.events.isEmpty
        try Self.write(frame, into: &outgoing)
        return outgoing
    }

    private static func write(_ frame: WireAgentFrame, into outgoing: inout OutgoingFrame) throws {
        outgoing.message.customMessage.capability = DeviceCapability.name
        outgoing.message.customMessage.type = DeviceCapability.agentFrame
        outgoing.message.customMessage.data = try frame.serializedData()
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
        if isServerPlain { return try await currentReport().total != ledger.total }
        if try await isPressing() { return true }
        if try await store.offerOutcome() != confirmedOutcome { return true }
        if try await store.udpKeys().first?.id ?? 0 != confirmedKey || udpPort != confirmedPort { return true }
        if try await packagesDigest() != confirmedPackages ?? [] { return true }
        if let secrets, try await secrets.isWanting(for: await installed()) { return true }
        return try await currentReport().total != ledger.total
    }

    /// Whether something is there that does not wait for the next synchronisation: events, runs or answers to orders.
    package func isPressing() async throws -> Bool {
        if isServerPlain { return false }
        if await store.spoolDepth().events > 0 { return true }
        if try await store.hasUnprovenStreams() { return true }
        if try await !store.unreportedAnswers().isEmpty { return true }
        return try await !store.unreportedRuns(limit: 1).isEmpty
    }

    /// The server has stored the frame: what it said need not be said again.
    package func acknowledge(_ frame: OutgoingFrame, now: Int64) async throws {
        let isCurrent = frame.generation == generation
        if let report = frame.report, isCurrent { ledger.acknowledge(report) }
        if isCurrent, let packages = frame.packages { confirmedPackages = packages }
        confirmedKey = frame.udpKeyID
        confirmedPort = frame.udpPort
        if isCurrent, let outcome = frame.offerOutcome { confirmedOutcome = outcome }
        if isCurrent, let list = frame.inventory { inventoryBase = list }
        try await store.acknowledge(
            digest: isCurrent ? frame.report?.total : nil, inventory: isCurrent ? frame.inventory : nil,
            runs: frame.runs, answers: frame.answers)
        if frame.statistics { lastStatistics = now }
    }

    /// A plain server has answered: what OpAMP has words for is said. All else waits for a server of ours.
    func acknowledgePlain(_ frame: OutgoingFrame) {
        if let report = frame.report, frame.generation == generation { ledger.acknowledge(report) }
    }

    /// The server named the software list that it holds and wants a newer one.
    func serverHoldsInventory(hash: [UInt8]) {
        if inventoryBase?.hash != hash { inventoryBase = nil }
    }
}
