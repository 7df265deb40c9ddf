/// Decides when the next connection may be accepted: a bound on handshakes at once, and on connections a second.
///
/// A value; time (µs, any steady clock) is an argument.
package struct AdmissionMachine: Sendable {
    package enum Decision: Sendable, Equatable {
        case accept
        /// Nobody is accepted before this time.
        case wait(until: Int64)
        /// Nobody is accepted before a handshake ends.
        case waitForHandshake
    }

    private let settings: AdmissionSettings
    private var handshakes = 0
    /// Connections that may be taken now; a second's worth at most.
    private var allowance: Double
    private var counted: Int64

    package init(settings: AdmissionSettings, now: Int64) {
        self.settings = settings
        allowance = Double(settings.connectionsPerSecond)
        counted = now
    }

    package mutating func mayAccept(now: Int64) -> Decision {
        guard handshakes < settings.handshakesAtOnce else { return .waitForHandshake }
        refill(now)
        guard allowance >= 1 else {
            let missing = (1 - allowance) / Double(settings.connectionsPerSecond)
            return .wait(until: now + max(1, Int64(missing * 1_000_000)))
        }
        return .accept
    }

    package mutating func accepted(now: Int64) {
        refill(now)
        allowance -= 1
        handshakes += 1
    }

    /// A handshake is over, whatever its end.
    package mutating func handshakeEnded() { handshakes = max(0, handshakes - 1) }

    private mutating func refill(_ now: Int64) {
        let rate = Double(settings.connectionsPerSecond)
        allowance = min(rate, allowance + Double(max(0, now - counted)) / 1_000_000 * rate)
        counted = max(counted, now)
    }
}
