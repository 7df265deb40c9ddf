import DeviceProtocol

/// One stream of one epoch of a device.
struct StreamKey: Hashable {
    let epoch: Identifier
    let stream: Int
}
