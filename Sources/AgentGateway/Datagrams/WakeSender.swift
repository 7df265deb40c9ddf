package import DeviceProtocol
import Logging
import NIOCore
package import ServerCore
import Synchronization

/// Wakes devices by UDP and reports what happened.
///
/// The same datagram is repeated while nothing is heard, for the loss of one; the device takes it once. A second wake
/// of a device that is being woken waits with the first.
package final class WakeSender: DeviceWaker {
    /// When the datagram is sent again, in seconds after the first.
    static let repeats: [Int64] = [1, 2, 4]

    private let sync: DeviceSync
    private let sessions: SessionTable
    private let contacts: ContactBoard
    private let channel: any Channel
    private let timeout: Int64
    private let logger: Logger
    private let pace: Mutex<WakePace>

    init(
        sync: DeviceSync, sessions: SessionTable, contacts: ContactBoard, channel: any Channel, timeout: Int64,
        wakesPerSecond: Int, logger: Logger
    ) {
        self.sync = sync
        self.sessions = sessions
        self.contacts = contacts
        self.channel = channel
        self.timeout = timeout
        self.logger = logger
        pace = Mutex(WakePace(perSecond: wakesPerSecond))
    }

    package func wake(_ device: DeviceUID, taskHint: Identifier?) async -> WakeOutcome {
        if sessions.session(of: device) != nil { return .connected(afterMilliseconds: 0) }
        let target: WakeTarget
        do {
            guard let found = try await sync.wakeTarget(of: device) else {
                return .notPossible(reason: "the device has not said on which UDP port it listens, or holds no key yet")
            }
            target = found
        } catch {
            return .notPossible(reason: "\(error)")
        }
        let address: SocketAddress
        do { address = try PeerAddress.target(target.address, port: Int(target.port), from: channel) } catch {
            return .notPossible(reason: "the device's last address, \(target.address), cannot be sent to")
        }
        await waitForTurn()
        let datagram = Datagram.wake(
            .init(keyID: target.keyID, device: device, counter: target.counter, task: taskHint)
        ).encode(key: target.key)
        let begun = ContinuousClock.now
        // Heard only after it is waited for, so that the quickest answer counts too.
        let repeating = Task { await sendAgain(datagram, to: address) }
        let contact = await contacts.wait(for: device, timeout: .seconds(timeout)) {
            await self.send(datagram, to: address)
        }
        repeating.cancel()
        switch contact {
        case .woken: return .connected(afterMilliseconds: Int64((ContinuousClock.now - begun) / .milliseconds(1)))
        case .other(let after): return .cameByItself(afterMilliseconds: Int64(after / .milliseconds(1)))
        case .none: return .noAnswer(address: target.address, port: target.port, seconds: Int(timeout))
        }
    }

    private func sendAgain(_ datagram: [UInt8], to address: SocketAddress) async {
        var last: Int64 = 0
        for second in Self.repeats {
            guard (try? await Task.sleep(for: .seconds(second - last))) != nil else { return }
            last = second
            await send(datagram, to: address)
        }
    }

    private func send(_ datagram: [UInt8], to address: SocketAddress) async {
        let envelope = AddressedEnvelope(remoteAddress: address, data: channel.allocator.buffer(bytes: datagram))
        do { try await channel.writeAndFlush(envelope).get() } catch {
            logger.warning("wake not sent", metadata: ["address": "\(address)", "error": "\(error)"])
        }
    }

    private func waitForTurn() async {
        let wait = pace.withLock { $0.turn(now: ContinuousClock.now) }
        if wait > .zero { try? await Task.sleep(for: wait) }
    }
}
