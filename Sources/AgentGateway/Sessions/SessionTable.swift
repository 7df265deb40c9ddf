package import DeviceProtocol
package import Logging
import NIOWebSocket
package import ServerCore
import Synchronization

/// The persistent connections of this process, and who may keep one.
///
/// Thread-safe. Memory only: a restart may forget it.
package final class SessionTable: Sendable {
    private struct State {
        var sessions: [DeviceUID: DeviceSession] = [:]
        var ceiling: ConnectionCeiling
    }

    private let state: Mutex<State>
    private let limit: Int
    private let logger: Logger
    /// Seconds after which a refused device may ask again.
    static let refusalTime: Int64 = 900

    package init(ceiling: Int, logger: Logger) {
        state = Mutex(State(ceiling: ConnectionCeiling(limit: ceiling)))
        limit = ceiling
        self.logger = logger
    }

    package var count: Int { state.withLock { $0.sessions.count } }

    func session(of device: DeviceUID) -> DeviceSession? { state.withLock { $0.sessions[device] } }

    /// The newest connection of a device replaces an older one.
    func add(_ session: DeviceSession) {
        let old = state.withLock { state in
            let old = state.sessions[session.peer.uid]
            state.sessions[session.peer.uid] = session
            return old
        }
        old?.close(.normalClosure, "replaced by a newer connection of the same device")
    }

    func remove(_ session: DeviceSession) {
        state.withLock { state in
            guard state.sessions[session.peer.uid]?.peer.connection == session.peer.connection else { return }
            state.sessions[session.peer.uid] = nil
            state.ceiling.release(session.peer.uid)
        }
    }

    /// Something may be due for anybody, or somebody was shut out.
    package func pushAll() {
        for session in state.withLock({ Array($0.sessions.values) }) { session.push() }
    }

    func closeAll(_ reason: String) {
        for session in state.withLock({ Array($0.sessions.values) }) { session.close(.goingAway, reason) }
    }
}

extension SessionTable: PersistentAdmission {
    package func decide(_ device: DeviceUID, priority: Int) async -> PersistentGrant {
        let (granted, evicted) = state.withLock { state -> (Bool, DeviceSession?) in
            // Without a connection to keep, a device is only told whether it is worth making one.
            guard state.sessions[device] != nil else {
                return (state.ceiling.wouldGrant(device, priority: priority), nil)
            }
            switch state.ceiling.take(device, priority: priority) {
            case .granted: return (true, nil)
            case .grantedInsteadOf(let other): return (true, state.sessions[other])
            case .refused: return (false, nil)
            }
        }
        evicted?.push()
        guard !granted else { return .granted }
        logger.notice("persistent connection refused", metadata: ["device": "\(device)", "ceiling": "\(limit)"])
        return .refused(
            reason: "the server's \(limit) persistent connections are taken",
            until: ServerClock.system.now() + Self.refusalTime * 1_000_000)
    }
}

extension SessionTable: DeviceNotifier {
    package func changed(_ devices: Set<DeviceUID>) async {
        for session in state.withLock({ state in devices.compactMap { state.sessions[$0] } }) { session.push() }
    }
}
