package import DeviceProtocol

/// Signs devices' certificates.
package protocol DeviceCertificateIssuer: Sendable {
    /// Checks the request's signature. Throws when it is malformed, not P-256 or names another device.
    func issue(request der: [UInt8], for uid: DeviceUID, now: Int64) throws -> IssuedCertificate
}

extension DeviceCertificateIssuer {
    /// The same, with a failure in the words of enrolment.
    func certificate(for uid: DeviceUID, request: [UInt8], now: Int64) throws(EnrollmentError) -> IssuedCertificate {
        do { return try issue(request: request, for: uid, now: now) } catch { throw .badRequest("\(error)") }
    }
}
