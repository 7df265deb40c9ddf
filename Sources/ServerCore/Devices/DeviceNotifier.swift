package import DeviceProtocol

/// Told when something is due for devices, after it was committed. Only a hint: the truth is in the store.
package protocol DeviceNotifier: Sendable {
    /// `ofMany`: these are some of the devices that one change concerns.
    func changed(_ devices: Set<DeviceUID>, ofMany: Bool) async
}

extension DeviceNotifier {
    /// All that the change concerns.
    package func changed(_ devices: Set<DeviceUID>) async { await changed(devices, ofMany: false) }
}
