/// Decides when the next connection may be accepted: a bound on handshakes at once, and on connections in any second. While
/// more than half of the handshakes' places are taken, no address has more than a quarter of them: whoever opens
/// connections and says nothing keeps himself out, not the fleet.
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

    /// The part of the places that one address may have, when there are few.
    static let shareOfAnAddress = 4

    private let settings: AdmissionSettings
    private var handshakes = 0
    private var perAddress: [String: Int] = [:]
    /// Connections that may be taken now.
    private var allowance: Double
    private var counted: Int64
    /// Turns that may be given back now.
    private var returnable: Double

    /// So many times the rate, of connections that their peers have given up, cost no turn: more than can wait when the server
    /// falls behind, and not so many that opening and closing keeps the listener busy.
    static let givenUpPerTurn = 4.0

    /// What may be taken at once, and what is added to it in a second. Together they are the rate: no second sees more.
    private let burst: Double
    private let added: Double
    /// The part of the rate that may be taken at once.
    static let shareAtOnce = 0.1

    package init(settings: AdmissionSettings, now: Int64) {
        self.settings = settings
        let rate = Double(settings.connectionsPerSecond)
        burst = max(1, rate * Self.shareAtOnce)
        added = rate * (1 - Self.shareAtOnce)
        allowance = burst
        returnable = rate * Self.givenUpPerTurn
        counted = now
    }

    package mutating func mayAccept(now: Int64) -> Decision {
        guard handshakes < settings.handshakesAtOnce else { return .waitForHandshake }
        refill(now)
        guard allowance >= 1 else {
            let missing = (1 - allowance) / added
            return .wait(until: now + max(1, Int64((missing * 1_000_000).rounded(.up))))
        }
        return .accept
    }

    /// A connection was accepted. Returns false when it is to be closed at once: its address has its share of places. Then
    /// its handshake does not begin and does not end.
    @discardableResult
    package mutating func accepted(now: Int64, from address: String? = nil) -> Bool {
        refill(now)
        allowance -= 1
        if let address {
            let held = perAddress[address, default: 0]
            let isCrowded = handshakes * 2 >= settings.handshakesAtOnce
            guard !isCrowded || held < max(1, settings.handshakesAtOnce / Self.shareOfAnAddress) else { return false }
            perAddress[address] = held + 1
        }
        handshakes += 1
        return true
    }

    /// The peer of a connection that was accepted had given it up by then: its handshake is over, and nobody had a turn.
    package mutating func givenUp(now: Int64, from address: String? = nil) {
        handshakeEnded(from: address)
        refill(now)
        guard returnable >= 1 else { return }
        returnable -= 1
        allowance = min(burst, allowance + 1)
    }

    /// A handshake is over, whatever its end.
    package mutating func handshakeEnded(from address: String? = nil) {
        handshakes = max(0, handshakes - 1)
        guard let address, let held = perAddress[address] else { return }
        perAddress[address] = held > 1 ? held - 1 : nil
    }

    private mutating func refill(_ now: Int64) {
        let seconds = Double(max(0, now - counted)) / 1_000_000
        let returned = Double(settings.connectionsPerSecond) * Self.givenUpPerTurn
        allowance = min(burst, allowance + seconds * added)
        returnable = min(returned, returnable + seconds * returned)
        counted = max(counted, now)
    }
}
