import DeviceProtocol
import NIOCore
import ServerCore
import Synchronization

/// The connections that each device has now, of whatever kind: few, so that a device with many can buffer no more than
/// these can. With one too many the oldest goes: it is most likely one that the device has given up.
///
/// Thread-safe.
final class DeviceConnections: Sendable {
    /// An agent has one, and for moments another two.
    static let most = 8

    private let open = Mutex<[DeviceUID: [(number: UInt64, channel: any Channel)]]>([:])

    /// To be called once per connection, when its device is known.
    func add(_ channel: any Channel, number: UInt64, of device: DeviceUID) {
        let oldest = open.withLock { open -> (any Channel)? in
            open[device, default: []].append((number, channel))
            guard let all = open[device], all.count > Self.most else { return nil }
            return open[device]?.removeFirst().channel
        }
        oldest?.close(promise: nil)
        channel.closeFuture.whenComplete { _ in self.remove(number, of: device) }
    }

    func count(of device: DeviceUID) -> Int { open.withLock { $0[device]?.count ?? 0 } }

    private func remove(_ number: UInt64, of device: DeviceUID) {
        open.withLock { open in
            open[device]?.removeAll { $0.number == number }
            if open[device]?.isEmpty == true { open.removeShrinking(device) }
        }
    }
}
