package import DeviceProtocol

/// A device that a rule, or the end of one, brings from one group to another.
package struct DeviceMove: Sendable, Equatable {
    package var device: DeviceUID
    package var hostname: String
    package var from: String
    package var to: String
    /// What of the device met the rule; empty when none does any more.
    package var reason: String

    package init(device: DeviceUID, hostname: String, from: String, to: String, reason: String) {
        self.device = device
        self.hostname = hostname
        self.from = from
        self.to = to
        self.reason = reason
    }
}
