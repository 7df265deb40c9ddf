/// Whether a device with a certificate of ours may speak to us.
package enum DeviceStanding: String, Sendable {
    case active
    /// It joined with a token that requires an operator's approval, and waits for it.
    case pending
    case revoked
    /// No such device in the store.
    case unknown
}
