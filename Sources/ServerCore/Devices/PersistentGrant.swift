/// Whether a device may keep its connection.
package enum PersistentGrant: Sendable, Equatable {
    case granted
    /// `until`: before that time asking again is useless.
    case refused(reason: String, until: Int64)
}
