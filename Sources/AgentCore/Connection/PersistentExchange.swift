import NIOCore

/// Who speaks over a persistent connection: one frame of ours is outstanding at a time, so that control never waits
/// behind more than one frame of events.
package struct PersistentExchange: Sendable {
    let link: WebSocketLink?
    /// Tells one connection from the next: what was begun on one is not finished on another.
    let generation: Int
    /// We are ending it.
    package var closing = false
    /// On the connection's event loop, where one that is cancelled is gone: each frame has one.
    var timeout: Scheduled<Void>?
    package private(set) var wanted: ConnectionMachine.Reason?
    private var composing = false
    private var outstanding: OutgoingFrame?

    package init() { self.init(link: nil) }

    init(link: WebSocketLink?, generation: Int = 0) {
        self.link = link
        self.generation = generation
    }

    /// The state of the connection after this one.
    func next(_ link: WebSocketLink? = nil) -> PersistentExchange {
        PersistentExchange(link: link, generation: generation + 1)
    }

    package mutating func want(_ reason: ConnectionMachine.Reason) { wanted = max(wanted ?? reason, reason) }

    /// The reason to compose a frame now, or nil when nothing is wanted or something is on its way.
    package mutating func begin() -> ConnectionMachine.Reason? {
        guard !composing, outstanding == nil, !closing, let reason = wanted else { return nil }
        wanted = nil
        composing = true
        return reason
    }

    package mutating func nothingToSay() { composing = false }

    package mutating func sent(_ frame: OutgoingFrame) {
        composing = false
        outstanding = frame
    }

    /// Whether a frame waits for its answer.
    package var isOutstanding: Bool { outstanding != nil }

    /// The outstanding frame, when this acknowledges it.
    package mutating func acknowledged(through number: UInt64) -> OutgoingFrame? {
        guard let frame = outstanding, number >= frame.number else { return nil }
        outstanding = nil
        timeout?.cancel()
        return frame
    }
}
