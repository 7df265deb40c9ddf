/// Whether a device with a certificate of ours may speak to us.
package enum DeviceStanding: String, Sendable {
    case active
    case revoked
    /// No such device in the store.
    case unknown
}
