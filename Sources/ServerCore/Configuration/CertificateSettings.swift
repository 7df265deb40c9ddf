/// How long certificates live, in seconds.
package struct CertificateSettings: Sendable, Hashable {
    package var deviceLife: Int64 = 90 * 86_400
    package var serverLife: Int64 = 365 * 86_400
    /// A device's certificate may be renewed so long after it expired.
    package var grace = DeviceAccess.defaultGrace

    static let lives: ClosedRange<Int64> = 5...3_650 * 86_400
    static let graces: ClosedRange<Int64> = 0...3_650 * 86_400
}
