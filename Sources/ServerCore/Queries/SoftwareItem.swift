package import DeviceProtocol

/// A package on a device.
package struct SoftwareItem: Sendable, Equatable {
    package var device: DeviceUID
    package var name: String
    package var architecture: String
    package var source: String
    package var version: String
}
