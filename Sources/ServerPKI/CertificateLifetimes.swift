/// How long certificates live, in seconds.
package struct CertificateLifetimes: Sendable {
    package var root: Int64 = 10 * 365 * 86_400
    package var intermediate: Int64 = 5 * 365 * 86_400
    package var server: Int64 = 365 * 86_400
    package var device: Int64 = 90 * 86_400
    /// A certificate's life begins up to this much before it is made, for peers whose clocks are late.
    package static let longestBackdate: Int64 = 3_600

    package init() {}

    /// Less for a short life, so that a new certificate is not due for renewal.
    static func backdate(ofLife life: Int64) -> Int64 { min(longestBackdate, life / 20) }
}
