package import DeviceProtocol

/// Told when something is due for devices, after it was committed. Only a hint: the truth is in the store.
package protocol DeviceNotifier: Sendable {
    func changed(_ devices: Set<DeviceUID>) async
}
