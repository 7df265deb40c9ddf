package import DeviceProtocol

/// Somebody waits for a device that is not connected.
package struct WakeRequest: Sendable {
    package var device: DeviceUID
    /// What it shall come for.
    package var order: Identifier
    package var run: RunID?

    package init(device: DeviceUID, order: Identifier, run: RunID?) {
        self.device = device
        self.order = order
        self.run = run
    }
}
