package import DeviceProtocol
import Synchronization

/// Where a wake waits until its device is heard from. Thread-safe.
package final class ContactBoard: Sendable {
    private struct Waiter {
        let id: UInt64
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var waiters: [DeviceUID: [Waiter]] = [:]
        var lastID: UInt64 = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// The device has just been heard from, over an authenticated connection.
    package func heard(from device: DeviceUID) {
        let waiters = state.withLock { $0.waiters.removeValue(forKey: device) ?? [] }
        for waiter in waiters { waiter.continuation.resume(returning: true) }
    }

    /// True once the device is heard from after `begin` was called, false when `timeout` has passed.
    package func wait(
        for device: DeviceUID, timeout: Duration, after begin: @Sendable @escaping () async -> Void
    ) async -> Bool {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        return await withCheckedContinuation { continuation in
            state.withLock { $0.waiters[device, default: []].append(Waiter(id: id, continuation: continuation)) }
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
        waiter?.continuation.resume(returning: false)
    }
}
