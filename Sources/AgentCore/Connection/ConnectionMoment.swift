/// What happened to a device's connection, for those who watch many of them.
package enum ConnectionMoment: Sendable, Hashable {
    /// A persistent connection was made.
    case opened
    case closed
    /// The server has stored a frame over a persistent connection, or a short one went to its end.
    case synchronised
    /// No connection came about, or it ended in a fault.
    case failed(String)
}
