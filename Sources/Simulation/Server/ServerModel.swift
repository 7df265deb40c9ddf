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
    /// Commits until it dies; nil for none planned.
    var commitsLeft: Int?
    /// For tests of the invariants.
    var sabotage: any Sabotage

    // Memory only: a restart forgets it.
    var memories: [Int: ConnectionMemory] = [:]
    /// The persistent connection of each device, and its place in the reconnect window.
    var sessions: [Int: (link: Int, slot: UInt32)] = [:]
    var slots = ReconnectSlots()
    /// How devices are asked to spread their return.
    var window: ReconnectWindow
    var ceiling: ConnectionCeiling
    var admission: AdmissionMachine

    let admissionSettings: AdmissionSettings
    let reconnectWindow: Int64
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
        window = ReconnectWindow(connectionsPerSecond: settings.connectionsPerSecond, atLeast: reconnectWindow)
    }

    /// A new process on what was durable.
    mutating func start(now: Int64) {
        isUp = true
        commitsLeft = nil
        memories = [:]
        window = ReconnectWindow(
            connectionsPerSecond: admissionSettings.connectionsPerSecond, atLeast: reconnectWindow,
            returning: sessions.count)
        sessions = [:]
        slots = ReconnectSlots()
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

    mutating func offer(to device: Int, over link: Int, now: Int64) -> SessionOffer {
        let facts = tables.devices[device].facts
        let place = sessions[device]
        var grant: PersistentGrant?
        // Of two agents under one identity, one keeps its connection at most.
        if facts.intents.keepConnection, facts.hold == nil || place?.link == link {
            grant = decide(device, facts.intents.priority, now)
        }
        return SessionOffer(
            intents: facts.intents, grant: grant, reconnectWindow: window.seconds, reconnectSlot: place?.slot ?? 0,
            hold: facts.hold?.reason ?? "")
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

    /// The link is the device's own from now on; returns the one that it replaces.
    mutating func connected(_ device: Int, link: Int) -> Int? {
        let old = sessions[device]
        sessions[device] = (link, old?.slot ?? slots.next())
        // Those that know a shorter one hear of it with the next answer: the product tells them at once.
        _ = window.holds(sessions.count)
        return old?.link
    }

    mutating func disconnected(_ device: Int, link: Int) {
        memories[link] = nil
        guard sessions[device]?.link == link else { return }
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
