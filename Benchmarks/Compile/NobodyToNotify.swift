import DeviceProtocol
import ServerCore

/// No device is connected.
struct NobodyToNotify: DeviceNotifier {
    func changed(_ devices: Set<DeviceUID>, ofMany: Bool) async {}
}
