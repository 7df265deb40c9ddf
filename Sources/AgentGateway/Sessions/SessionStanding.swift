/// Whether a persistent connection is its device's own.
enum SessionStanding: Sendable {
    /// It has not said anything.
    case new
    case own
    /// Another agent under the same identity holds a connection, and both answer.
    case contested
    /// Another connection answers and this one does not: it was overtaken, and says nothing about who lives.
    case gone
}
