/// What became of a wake.
package enum WakeOutcome: Sendable, Equatable {
    case connected(afterMilliseconds: Int64)
    case noAnswer(address: String, port: UInt16, seconds: Int)
    /// The device never said where it listens, or does not.
    case notPossible(reason: String)
}
