/// A device's certificate as it is handed over.
package struct IssuedCertificate: Sendable, Equatable {
    /// The device's certificate and the intermediate, in PEM.
    package var chainPEM: String
    /// Microseconds UTC.
    package var notAfter: Int64
    package var serial: String

    package init(chainPEM: String, notAfter: Int64, serial: String) {
        self.chainPEM = chainPEM
        self.notAfter = notAfter
        self.serial = serial
    }
}
