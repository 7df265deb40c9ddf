package import DeviceProtocol

/// What one device says of a package that it was offered.
package struct DevicePackage: Sendable, Equatable {
    package var device: DeviceUID
    package var hostname: String
    /// OpAMP's number; nil while the device said nothing of this package.
    package var status: Int64?
    /// What it has.
    package var version: String
    package var reason: String
    package var percent: Int64
    package var updatedAt: Int64?
}
