package import DeviceProtocol

/// A certificate of our authority that a peer has shown and proven to hold. Times in µs.
package struct PresentedCertificate: Sendable, Hashable {
    package var uid: DeviceUID
    /// Lower-case hexadecimal.
    package var serial: String
    package var notBefore: Int64
    package var notAfter: Int64

    package init(uid: DeviceUID, serial: String, notBefore: Int64, notAfter: Int64) {
        self.uid = uid
        self.serial = serial
        self.notBefore = notBefore
        self.notAfter = notAfter
    }
}
