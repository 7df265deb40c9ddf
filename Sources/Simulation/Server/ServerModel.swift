import AgentGateway
import DeviceProtocol
import Foundation
import OpAMP
import ServerCore

/// The server: tables in memory, and around them the product's own deciders in the order in which `DeviceSync` asks
/// them. Every write to the tables is one commit.
struct ServerModel {
    var tables: ServerTables
    var isUp = true
    /// Answers "come back later" to everything, as when the disk is full.
    var isUnavailable = false
    /// Seconds over which devices are asked to spread their return.
    var reconnectWindow: Int64
    /// Commits until it dies; nil for none planned.
    var commitsLeft: Int?
    /// For tests of the invariants.
    var sabotage: any Sabotage

    // Memory only: a restart forgets it.
    var memories: [Int: ConnectionMemory] = [:]
    /// The persistent connection of each device.
    var sessions: [Int: Int] = [:]
    var ceiling: ConnectionCeiling
    var admission: AdmissionMachine

    let admissionSettings: AdmissionSettings
    let ceilingLimit: Int
    /// Seconds of a retry hint.
    static let retryHint: UInt64 = 30
    /// Seconds after which a refused device may ask again; the product's session table has the same.
    static let refusalTime: Int64 = 900

    init(
        tables: ServerTables, admission settings: AdmissionSettings, ceiling limit: Int, reconnectWindow: Int64,
        sabotage: any Sabotage, now: Int64
    ) {
        self.tables = tables
        self.reconnectWindow = reconnectWindow
        self.sabotage = sabotage
        admissionSettings = settings
        ceilingLimit = limit
        ceiling = ConnectionCeiling(limit: limit)
        admission = AdmissionMachine(settings: settings, now: now)
    }

    /// A new process on what was durable.
    mutating func start(now: Int64) {
        isUp = true
        commitsLeft = nil
        memories = [:]
        sessions = [:]
        ceiling = ConnectionCeiling(limit: ceilingLimit)
        admission = AdmissionMachine(settings: admissionSettings, now: now)
    }

    /// One durable change.
    mutating func commit(_ device: Int, _ change: (inout DeviceRow) throws -> Void) throws {
        if let left = commitsLeft {
            guard left > 0 else { throw ServerKilled() }
            commitsLeft = left - 1
        }
        try change(&tables.devices[device])
    }

    // MARK: Who may keep a connection

    mutating func offer(to device: Int, now: Int64) -> SessionOffer {
        let intents = tables.devices[device].facts.intents
        var grant: PersistentGrant?
        if intents.keepConnection { grant = decide(device, intents.priority, now) }
        return SessionOffer(intents: intents, grant: grant, reconnectWindow: reconnectWindow)
    }

    private mutating func decide(_ device: Int, _ priority: Int, _ now: Int64) -> PersistentGrant {
        let uid = tables.devices[device].facts.uid
        let granted: Bool
        if sessions[device] == nil {
            granted = ceiling.wouldGrant(uid, priority: priority)
        } else {
            granted = ceiling.take(uid, priority: priority) != .refused
        }
        guard !granted else { return .granted }
        return .refused(reason: "taken", until: now + .seconds(Self.refusalTime))
    }

    mutating func connected(_ device: Int, link: Int) -> Int? {
        defer { sessions[device] = link }
        return sessions[device]
    }

    mutating func disconnected(_ device: Int, link: Int) {
        memories[link] = nil
        guard sessions[device] == link else { return }
        sessions[device] = nil
        ceiling.release(tables.devices[device].facts.uid)
    }

    // MARK: Wakes

    /// The datagram that wakes a device, its counter committed; nil for a device that cannot be woken.
    mutating func wake(_ device: Int, now: Int64) throws -> [UInt8]? {
        let facts = tables.devices[device].facts
        guard facts.udpPort > 0, facts.udpKeyConfirmed > 0, facts.udpKeyConfirmed == facts.udpKeyID else { return nil }
        try commit(device) { $0.wakeCounter = max($0.wakeCounter + 1, UInt64(now)) }
        let row = tables.devices[device]
        let wake = Datagram.Wake(keyID: facts.udpKeyID, device: facts.uid, counter: row.wakeCounter)
        return Datagram.wake(wake).encode(key: row.udpKey)
    }
}
