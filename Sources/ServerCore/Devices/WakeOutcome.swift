/// What became of a wake.
package enum WakeOutcome: Sendable, Equatable {
    case connected(afterMilliseconds: Int64)
    /// It was heard from meanwhile, but not because it was woken: the datagram may never have reached it.
    case cameByItself(afterMilliseconds: Int64)
    case noAnswer(address: String, port: UInt16, seconds: Int)
    /// The device never said where it listens, or does not.
    case notPossible(reason: String)
}
