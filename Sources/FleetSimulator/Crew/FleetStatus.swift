/// How far a crew's devices are. Those of several crews add up.
package struct FleetStatus: Sendable, Hashable, Codable {
    package var devices = 0
    package var started = 0
    /// Hold a persistent connection now.
    package var connected = 0
    /// Devices since the mark.
    package var reconnected = 0
    package var synchronised = 0
    package var applied = 0
    package var ran = 0
    /// Synchronisations, and attempts to connect that failed, since the mark.
    package var synchronisations = 0
    package var failures = 0
    /// Devices with more than one failure since the mark.
    package var failedTwice = 0
    /// Events that devices hold and the server has not yet stored.
    package var spooled = 0
    package var emitted = 0
    /// Devices that have something to tell; counted only while that is waited for.
    package var untold = 0
    package var becameOthers = 0
    package var lastFailure: String?

    package init() {}

    package static func + (one: FleetStatus, other: FleetStatus) -> FleetStatus {
        var sum = one
        for path: WritableKeyPath<FleetStatus, Int> in [
            \.devices, \.started, \.connected, \.reconnected, \.synchronised, \.applied, \.ran, \.synchronisations,
            \.failures,
            \.failedTwice, \.spooled, \.emitted, \.untold, \.becameOthers,
        ] { sum[keyPath: path] += other[keyPath: path] }
        sum.lastFailure = one.lastFailure ?? other.lastFailure
        return sum
    }

    package func reached(_ goal: Scenario.Goal) -> Int {
        switch goal {
        case .connected: connected
        case .reconnected: reconnected
        case .synchronised: synchronised
        case .applied: applied
        case .ran: ran
        case .drained: spooled == 0 ? devices : 0
        case .told: devices - untold
        }
    }
}
