package import AgentGateway

/// How a fleet lives: which faults it meets, and how often. Drawn from a seed; every fleet lacks some of them, since a
/// fault that happens all the time hides others.
package struct Plan: Sendable {
    package var devices: Int
    /// Virtual time with faults, and then without, so that all that is left must come.
    package var troubled: Int64
    /// Means, in µs, of what happens to one device; 0 for never.
    package var crashes: Int64 = 0
    package var crashesInCommit: Int64 = 0
    package var cuts: Int64 = 0
    package var breaks: Int64 = 0
    package var clockJumps: Int64 = 0
    package var snapshots: Int64 = 0
    package var clones: Int64 = 0
    package var events: Int64 = 0
    package var stateChanges: Int64 = 0
    package var orders: Int64 = 0
    package var documents: Int64 = 0
    package var wakes: Int64 = 0
    /// Operators change their mind about who keeps a connection.
    package var modeChanges: Int64 = 0
    /// Means of what happens to the server.
    package var serverCrashes: Int64 = 0
    package var restores: Int64 = 0
    package var hints: Int64 = 0
    /// Share of messages.
    package var loss = 0.0
    package var delays = 0.0
    /// Seconds.
    package var syncInterval: Int64
    package var reconnectWindow: Int64 = 30
    /// Share of devices that are to keep their connection, and how many places there are.
    package var keepers = 0.0
    package var ceiling = Int.max
    package var spooledEvents: Int64 = 200_000
    package var clockError: Int64 = 0
    package var admission = AdmissionSettings()

    package init(devices: Int, troubled: Int64, syncInterval: Int64) {
        self.devices = devices
        self.troubled = troubled
        self.syncInterval = syncInterval
    }

    /// A fleet's plan from its seed.
    package init(seed: UInt64, devices: Int, troubled: Int64) {
        var chance = Chance(seed: seed ^ 0x506C_616E)
        self.init(devices: devices, troubled: troubled, syncInterval: chance.one(of: [300, 600, 900]))
        func sometimes(_ mean: Int64, _ share: Double) -> Int64 { chance.happens(share) ? mean : 0 }
        events = .minutes(chance.number(in: 20...40))
        stateChanges = sometimes(.hours(2), 0.3)
        crashes = sometimes(.hours(2), 0.5)
        crashesInCommit = sometimes(.hours(1), 0.5)
        cuts = sometimes(.hours(1), 0.5)
        breaks = sometimes(.hours(1), 0.4)
        clockJumps = sometimes(.hours(2), 0.3)
        snapshots = sometimes(.hours(2), 0.3)
        clones = sometimes(.hours(3), 0.25)
        orders = sometimes(.hours(1), 0.6)
        documents = sometimes(.hours(2), 0.6)
        wakes = sometimes(.hours(1), 0.4)
        serverCrashes = sometimes(.minutes(30), 0.5)
        restores = sometimes(.hours(1), 0.3)
        hints = sometimes(.hours(1), 0.3)
        loss = chance.happens(0.5) ? 0.02 : 0
        delays = chance.happens(0.4) ? 0.02 : 0
        keepers = chance.one(of: [0, 0, 0.3, 0.8])
        if keepers > 0 { modeChanges = .hours(3) }
        if chance.happens(0.3) { ceiling = max(1, devices / 4) }
        if chance.happens(0.3) { spooledEvents = 6 }
        clockError = chance.one(of: [0, .seconds(5), .hours(30)])
        admission.connectionsPerSecond = max(4, devices / chance.one(of: [4, 12]))
        admission.handshakesAtOnce = max(2, devices / chance.one(of: [8, 50]))
    }

    /// Quiet time at the end: everybody comes twice, after the longest back-off.
    package var calm: Int64 {
        .seconds(2 * syncInterval + reconnectWindow + 300 + 240) + (ceiling < devices ? .seconds(900) : 0)
    }
}
