package import DeviceProtocol
import FoundationEssentials
package import OpAMP
import SwiftProtobuf
import Synchronization

/// Where a wake waits until its device is heard from. Thread-safe.
package final class ContactBoard: Sendable {
    /// What a wait ended with.
    package enum Contact: Sendable, Equatable {
        /// The device said that it was woken.
        case woken
        /// It was heard from for another reason, so long after the wait began.
        case other(after: Duration)
        case none
    }

    private struct Waiter {
        let id: UInt64
        let begun: ContinuousClock.Instant
        var other: Duration?
        let continuation: CheckedContinuation<Contact, Never>
    }

    private struct State {
        var waiters: [DeviceUID: [Waiter]] = [:]
        var lastID: UInt64 = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// The device has sent this over an authenticated connection. Costs nothing while nobody waits for the device.
    package func heard(from device: DeviceUID, in message: OpAMPAgentToServer) {
        guard state.withLock({ $0.waiters[device] != nil }) else { return }
        let frame = try? WireAgentFrame(serializedBytes: message.customMessage.data)
        heard(from: device, becauseWoken: frame?.reason == .wake)
    }

    package func heard(from device: DeviceUID, becauseWoken woken: Bool) {
        let now = ContinuousClock.now
        let ended = state.withLock { state -> [Waiter] in
            if woken { return state.waiters.removeValue(forKey: device) ?? [] }
            var waiters = state.waiters[device] ?? []
            for index in waiters.indices where waiters[index].other == nil {
                waiters[index].other = now - waiters[index].begun
            }
            state.waiters[device] = waiters.isEmpty ? nil : waiters
            return []
        }
        for waiter in ended { waiter.continuation.resume(returning: .woken) }
    }

    /// Waits until the device says that it was woken, `timeout` at most. `begin` is called once the wait is registered.
    package func wait(
        for device: DeviceUID, timeout: Duration, after begin: @Sendable @escaping () async -> Void
    ) async -> Contact {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        return await withCheckedContinuation { continuation in
            let waiter = Waiter(id: id, begun: ContinuousClock.now, continuation: continuation)
            state.withLock { $0.waiters[device, default: []].append(waiter) }
            Task {
                await begin()
                try? await Task.sleep(for: timeout)
                self.giveUp(device, id)
            }
        }
    }

    private func giveUp(_ device: DeviceUID, _ id: UInt64) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.waiters[device]?.firstIndex(where: { $0.id == id }) else { return nil }
            let waiter = state.waiters[device]?.remove(at: index)
            if state.waiters[device]?.isEmpty == true { state.waiters[device] = nil }
            return waiter
        }
        guard let waiter else { return }
        waiter.continuation.resume(returning: waiter.other.map { .other(after: $0) } ?? .none)
    }
}
