package import DeviceProtocol

/// Reaches a device that is not connected.
package protocol DeviceWaker: Sendable {
    /// Returns when the device has connected or the wait is over. A device that is connected already counts as such.
    func wake(_ device: DeviceUID, taskHint: Identifier?) async -> WakeOutcome
}
