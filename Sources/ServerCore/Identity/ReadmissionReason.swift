/// Why a device that holds a certificate of ours is not simply let in.
package enum ReadmissionReason: String, Sendable, CaseIterable {
    /// The store has no such device: it was deleted, or enrolled after the backup that the store was restored from.
    case unknownDevice = "unknown-device"
    /// The device has used a newer certificate: its disk was restored from a snapshot, or copied before the renewal.
    case supersededCertificate = "superseded-certificate"
}
