import DeviceProtocol
import ServerCore
import SwiftProtobuf

/// What the server's store holds of one device. A value: a backup is a copy.
struct DeviceRow {
    /// With the orders that are pending.
    var facts: DeviceFacts
    /// Entry name to canonical JSON.
    var document: [String: [UInt8]] = [:]
    var udpKey: [UInt8]
    var wakeCounter: UInt64 = 0
    var marks: [StreamKey: StreamMark] = [:]
    /// Digest of each stored event by its number.
    var digests: [StreamKey: [UInt64: [UInt8]]] = [:]
    /// Ids of all stored events.
    var ids: Set<[UInt8]> = []
    var runs: [Identifier: RunState] = [:]
    /// Orders that were replied to.
    var answered: Set<Identifier> = []

    init(uid: DeviceUID, key: [UInt8], syncInterval: Int64, keepConnection: Bool, priority: Int) {
        udpKey = key
        var intents = DeviceIntents()
        intents.syncInterval = syncInterval
        intents.keepConnection = keepConnection
        intents.priority = priority
        facts = .unmet(uid, intents: intents, udpKeyID: 1)
    }

    /// Runs that the device took, without an end, as `DeviceFacts` has them.
    func openRuns() -> [Identifier] {
        let unanswered = Set(facts.pendingOrders.compactMap(\.run))
        return runs.filter { !$0.value.isFinal && !unanswered.contains($0.key) }.keys.sorted()
    }
}

extension PendingOrder {
    /// The run that it starts; nil when it is about something else.
    var run: Identifier? {
        guard case .runTask(let run) = (try? WireOrder(serializedBytes: body))?.action else { return nil }
        return Identifier(run.runID)
    }
}
