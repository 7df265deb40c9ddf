package import DeviceProtocol
package import Logging
import NIOWebSocket
import OpAMP
package import ServerCore
import SwiftProtobuf
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
    private let paced = PacedPushes<DeviceUID>(longest: .seconds(1))
    private let limit: Int
    private let logger: Logger
    /// How long an older connection has to answer when a newer one of its device is made.
    static let probeTime = Duration.seconds(5)
    /// Seconds after which a refused device may ask again.
    static let refusalTime: Int64 = 900

    package init(ceiling: Int, logger: Logger) {
        state = Mutex(State(ceiling: ConnectionCeiling(limit: ceiling)))
        limit = ceiling
        self.logger = logger
    }

    package var count: Int { state.withLock { $0.sessions.count } }

    func session(of device: DeviceUID) -> DeviceSession? { state.withLock { $0.sessions[device] } }

    /// Makes the session the device's own. One that is there already is asked whether it still lives, and when it does,
    /// the new one too: if both do, there are two agents under one identity, and the session there stays. A stranger,
    /// which has no starts to tell two of it apart, is replaced by its newest connection.
    func add(_ session: DeviceSession, isStranger: Bool) async -> SessionStanding {
        let old = self.session(of: session.peer.uid)
        if let old, old !== session, !isStranger, await old.answers(within: Self.probeTime) {
            return await session.answers(within: Self.probeTime) ? .contested : .gone
        }
        let replaced = state.withLock { state in
            let replaced = state.sessions[session.peer.uid]
            state.sessions[session.peer.uid] = session
            return replaced
        }
        if let replaced, replaced !== session {
            replaced.close(.normalClosure, "replaced by a newer connection of the same device")
        }
        return .own
    }

    /// Whether another agent than the one that sends this holds a living connection under the same identity. Asked for
    /// the first frame of a short connection.
    func isContested(_ message: OpAMPAgentToServer, from peer: DevicePeer) async -> Bool {
        guard let held = session(of: peer.uid), message.customMessage.capability == DeviceCapability.name,
            let frame = try? WireAgentFrame(serializedBytes: message.customMessage.data), frame.startCounter > 0,
            let known = held.startID, known != Array(frame.startID)
        else { return false }
        return await held.answers(within: Self.probeTime)
    }

    func remove(_ session: DeviceSession) {
        state.withLock { state in
            guard state.sessions[session.peer.uid]?.peer.connection == session.peer.connection else { return }
            state.sessions.removeShrinking(session.peer.uid)
            state.ceiling.release(session.peer.uid)
        }
    }

    /// Something may be due for anybody, or somebody was shut out.
    package func pushAll() {
        pushPaced(state.withLock { Array($0.sessions.keys) })
    }

    private func pushPaced(_ devices: some Collection<DeviceUID>) {
        paced.add(devices) { [weak self] device, done in self?.session(of: device)?.push(then: done) ?? false }
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
    /// What few devices are concerned by is pushed at once, whatever is due for the rest.
    package func changed(_ devices: Set<DeviceUID>, ofMany: Bool) async {
        guard ofMany || devices.count > AwaitedChange.mostDevices else {
            for device in devices { session(of: device)?.push(isAwaited: true) }
            return
        }
        pushPaced(state.withLock { state in devices.filter { state.sessions[$0] != nil } })
    }
}
