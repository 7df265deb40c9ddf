/// When a certificate is to be renewed, decided from its dates. Times in µs.
package struct RenewalPlan: Sendable, Equatable {
    package var notBefore: Int64
    package var notAfter: Int64

    package init(notBefore: Int64, notAfter: Int64) {
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    /// Renewal begins after this part of the certificate's life, in thirds.
    static let thirds: Int64 = 2
    /// A renewal that failed is tried again after this time, while the certificate is still valid.
    static let spacing: Int64 = 3_600_000_000

    /// `time` is what certificates are judged at; `steady` and `lastAttempt` are of the steady clock.
    package func isDue(time: Int64, steady: Int64, lastAttempt: Int64?) -> Bool {
        guard time >= notBefore + (notAfter - notBefore) / 3 * Self.thirds else { return false }
        guard !hasExpired(at: time), let lastAttempt else { return true }
        // A short life leaves less time than an hour.
        return steady - lastAttempt >= min(Self.spacing, (notAfter - notBefore) / 30)
    }

    package func hasExpired(at time: Int64) -> Bool { time >= notAfter }
}
