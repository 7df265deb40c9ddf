/// What became of a statement of trust that the device's document has.
package enum TrustOutcome: Sendable, Hashable {
    /// It is in force, now or since before.
    case taken
    /// For good, with the reason.
    case refused(String)
    /// For a reason that may pass and is none of the statement's, such as a full disk: to be tried again.
    case later(String)
}
