/// What became of an event at the device's spool.
package enum EventAdmission: Sendable, Hashable {
    /// Durable.
    case stored
    /// Its id is known; the former one counts.
    case duplicate
    case refused(reason: String)
    /// The spool takes no more.
    case exhausted
}
