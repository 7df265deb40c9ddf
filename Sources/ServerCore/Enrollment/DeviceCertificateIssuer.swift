package import DeviceProtocol

/// Signs devices' certificates.
package protocol DeviceCertificateIssuer: Sendable {
    /// Checks the request's signature. Throws when it is malformed, not P-256 or names another device.
    func issue(request der: [UInt8], for uid: DeviceUID, now: Int64) throws -> IssuedCertificate
}
