package import DeviceProtocol

/// A certificate issued to a device, as the store keeps it and the device receives it.
package struct DeviceCertificate: Sendable, Hashable {
    /// The leaf and the intermediate, PEM.
    package let chainPEM: String
    package let uid: DeviceUID
    /// Lower-case hexadecimal.
    package let serial: String
    /// µs since 1970.
    package let notAfter: Int64
}
