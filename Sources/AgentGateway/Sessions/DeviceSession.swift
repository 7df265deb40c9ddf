import DeviceProtocol
import Logging
import NIOCore
import NIOWebSocket
import OpAMP
import ServerCore
import SwiftProtobuf
import Synchronization

/// One persistent connection: messages are answered in the order they came, and what becomes due is pushed.
///
/// Thread-safe.
final class DeviceSession: Sendable {
    let peer: DevicePeer
    private let certificate: PresentedCertificate
    private let channel: any Channel
    private let services: GatewayServices
    private let work: Mutex<Work> = Mutex(Work())
    private let probe = LivenessProbe()

    private struct Work {
        var queue: [(message: OpAMPAgentToServer, bytes: Int)] = []
        var queuedBytes = 0
        var pushWanted = false
        /// Who waits for the push that is wanted.
        var pushed: [@Sendable () -> Void] = []
        var busy = false
        var ended = false
        var standing = SessionStanding.new
        /// A message came, whether or not it was answered yet: a former connection may be asked first whether it lives.
        var wasHeard = false
        var startID: [UInt8]?
        /// Until when its messages are answered before those of others.
        var awaitedUntil: ContinuousClock.Instant?

        /// Something is to be done, and nobody does it yet: the caller is to, with this priority.
        mutating func begin() -> TaskPriority? {
            guard !busy, !ended else { return nil }
            busy = true
            return priority
        }

        /// Of what is to be done next.
        var priority: TaskPriority {
            if let awaitedUntil, awaitedUntil > .now { return .high }
            return queue.isEmpty ? .utility : .medium
        }
    }

    /// For how long after an operator's order the messages of its device go first: what it says then, the operator waits for.
    static let awaited = Duration.seconds(10)

    /// Messages a device may have waiting; one that sends more without listening is cut off.
    static let longestQueue = 64
    /// Bytes that more than one message may have together.
    static let largestQueue = OpAMPLimits.serverBytes

    init(peer: DevicePeer, certificate: PresentedCertificate, channel: any Channel, services: GatewayServices) {
        self.peer = peer
        self.certificate = certificate
        self.channel = channel
        self.services = services
    }

    /// Takes a message from the device.
    func receive(_ message: OpAMPAgentToServer, bytes: Int) {
        let (start, overflow) = work.withLock { work -> (TaskPriority?, Bool) in
            work.wasHeard = true
            guard work.queue.count < Self.longestQueue,
                work.queue.isEmpty || work.queuedBytes + bytes <= Self.largestQueue
            else { return (nil, true) }
            work.queue.append((message, bytes))
            work.queuedBytes += bytes
            return (work.begin(), false)
        }
        if overflow { close(.policyViolation, "too many unanswered messages") }
        if let start { run(start) }
    }

    /// Something may be due for the device; `isAwaited`: an operator waits for what comes of it. False when the connection has
    /// ended; else `then` is called, later, once that was said or cannot be.
    @discardableResult
    func push(isAwaited: Bool = false, then: (@Sendable () -> Void)? = nil) -> Bool {
        let (start, isOver) = work.withLock { work -> (TaskPriority?, Bool) in
            guard !work.ended else { return (nil, true) }
            if isAwaited { work.awaitedUntil = .now + Self.awaited }
            work.pushWanted = true
            if let then { work.pushed.append(then) }
            return (work.begin(), false)
        }
        if let start { run(start) }
        return !isOver
    }

    func ended() {
        let waiting = work.withLock { work in
            work.ended = true
            defer { work.pushed = [] }
            return work.pushed
        }
        for pushed in waiting { pushed() }
        probe.ended()
    }

    /// Id of the agent's start, as its first frame says; nil before it, and for strangers.
    var startID: [UInt8]? { work.withLock { $0.startID } }
    var wasHeard: Bool { work.withLock { $0.wasHeard } }

    /// Whether the device answers a ping in time.
    func answers(within time: Duration) async -> Bool {
        let channel = channel
        return await probe.answers(within: time) { channel.writeAndFlush(SessionOutput.ping, promise: nil) }
    }

    func ponged() { probe.heard() }

    func close(_ code: WebSocketErrorCode, _ reason: String) {
        channel.writeAndFlush(SessionOutput.close(code, reason), promise: nil)
    }

    private enum Step {
        case answer(OpAMPAgentToServer)
        case push([@Sendable () -> Void])
        /// The rest is for a task of this priority.
        case hand(TaskPriority)
        case rest
    }

    private func run(_ priority: TaskPriority) {
        Task(priority: priority) {
            while true {
                let step = work.withLock { work -> Step in
                    guard !work.ended else { return .rest }
                    let isDue = work.pushWanted || !work.queue.isEmpty
                    if isDue, work.priority > priority || (priority == .high && work.priority < priority) {
                        return .hand(work.priority)
                    }
                    if !work.queue.isEmpty {
                        let (message, bytes) = work.queue.removeFirst()
                        work.queuedBytes -= bytes
                        return .answer(message)
                    }
                    if work.pushWanted {
                        work.pushWanted = false
                        defer { work.pushed = [] }
                        return .push(work.pushed)
                    }
                    work.busy = false
                    return .rest
                }
                switch step {
                case .answer(let message): await answer(message)
                case .push(let waiting):
                    await pushDue()
                    for pushed in waiting { pushed() }
                case .hand(let other): return run(other)
                case .rest: return
                }
            }
        }
    }

    private func answer(_ message: OpAMPAgentToServer) async {
        guard await mayGoOn() else { return }
        services.contacts.heard(from: peer.uid, in: message)
        let standing = await begin(with: message)
        guard standing != .gone else { return close(.goingAway, "nobody answers on this connection") }
        do {
            await send(
                try await services.sync.exchange(
                    message, from: peer, admission: services.sessions, contested: standing == .contested))
        } catch {
            services.logger.error("exchange failed", metadata: ["device": "\(peer.uid)", "error": "\(error)"])
            close(.unexpectedServerError, "the server could not answer; come back later")
        }
        if standing == .contested {
            close(.policyViolation, "another agent holds a connection under this device's identity")
        }
        if message.hasAgentDisconnect { close(.normalClosure, "as asked") }
    }

    /// A certificate that was made void or has expired since ends the connection that it opened.
    private func mayGoOn() async -> Bool {
        do {
            let access = try await services.sync.access(of: certificate)
            guard access != .speak else { return true }
            close(.policyViolation, RequestVerdict.judge(certificate, access: access).reason)
        } catch {
            services.logger.error("access not judged", metadata: ["device": "\(peer.uid)", "error": "\(error)"])
            close(.unexpectedServerError, "the server cannot answer now; come back later")
        }
        return false
    }

    /// With its first message a session becomes its device's own, unless another one is and lives.
    private func begin(with message: OpAMPAgentToServer) async -> SessionStanding {
        let known = work.withLock { $0.standing }
        guard known == .new else { return known }
        let frame =
            message.customMessage.capability == DeviceCapability.name
            ? try? WireAgentFrame(serializedBytes: message.customMessage.data) : nil
        work.withLock { $0.startID = frame.map { Array($0.startID) } }
        let standing = await services.sessions.add(self, isStranger: frame == nil)
        work.withLock { $0.standing = standing }
        guard standing == .own else { return standing }
        await services.sync.connected(peer)
        // It may have gone while the older one was asked.
        if work.withLock({ $0.ended }) {
            services.sessions.remove(self)
            await services.sync.disconnected(peer, reason: "the connection was cut")
        }
        return .own
    }

    private func pushDue() async {
        do {
            guard await mayGoOn() else { return }
            if let message = try await services.sync.due(for: peer.uid, peer: peer, admission: services.sessions) {
                await send(message)
            }
        } catch {
            services.logger.error("push failed", metadata: ["device": "\(peer.uid)", "error": "\(error)"])
        }
    }

    /// Returns when the connection took it: a device that does not read gets no second message heaped up.
    private func send(_ message: OpAMPServerToAgent) async {
        do {
            try await channel.writeAndFlush(SessionOutput.message(try OpAMPFraming.encode(message)))
        } catch is ChannelError {
            // The connection is gone; what was due stays due.
        } catch {
            services.logger.error("message not sent", metadata: ["device": "\(peer.uid)", "error": "\(error)"])
        }
    }
}

/// What a session's channel handler is asked to send.
enum SessionOutput: Sendable {
    case message([UInt8])
    case close(WebSocketErrorCode, String)
    case ping
}
