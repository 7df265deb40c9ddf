internal import Glibc
internal import PluginLink
internal import Synchronization

/// One lane to a host: frames over a socket that never blocks. What has arrived is handed on, and no more is read until
/// `resume` says that it was dealt with.
final class LinkChannel: Sendable {
    enum Arrival: Sendable {
        case frames([LinkFrame])
        /// Nothing more comes. With a reason when the peer broke the protocol.
        case closed(reason: String?)
    }

    /// Bytes that may wait for a host which does not read.
    private static let backlogLimit = 8 << 20

    private struct State {
        var decoder = pl_decoder()
        var outgoing: [UInt8] = []
        var sent = 0
        var wantsRead = true
        var isClosed = false
        var token: UInt64 = 0
    }

    private let descriptor: Int32
    private let state: Mutex<State>
    private let arrived: @Sendable (Arrival) -> Void

    /// Takes over the descriptor. `arrived` is called on the reactor's thread, one call at a time.
    init(_ descriptor: Int32, payloadLimit: UInt32, arrived: @escaping @Sendable (Arrival) -> Void) {
        self.descriptor = descriptor
        self.arrived = arrived
        state = Mutex(State())
        state.withLock { pl_decoder_init(&$0.decoder, payloadLimit) }
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        let token = LinkReactor.shared.register(descriptor) { [weak self] ready in self?.handle(ready) }
        state.withLock {
            $0.token = token
            rearm(&$0)
        }
    }

    deinit {
        close()
        state.withLock { pl_decoder_free(&$0.decoder) }
    }

    /// Reads on.
    func resume() {
        state.withLock {
            $0.wantsRead = true
            rearm(&$0)
        }
    }

    /// Queues a frame. False when the lane is closed or the host does not read.
    @discardableResult
    func send(_ frame: LinkFrame) -> Bool {
        state.withLock { state in
            guard !state.isClosed, state.outgoing.count - state.sent < Self.backlogLimit else { return false }
            state.outgoing += frame.encoded
            write(&state)
            rearm(&state)
            return true
        }
    }

    /// Idempotent. `arrived` is not called after it returned, except for a call that runs now.
    func close() {
        state.withLock { state in
            guard !state.isClosed else { return }
            state.isClosed = true
            LinkReactor.shared.remove(state.token, descriptor)
            Glibc.close(descriptor)
        }
    }

    private func handle(_ ready: UInt32) {
        let arrival: Arrival? = state.withLock { state -> Arrival? in
            // Without a token we were called before init is done; it arms again.
            guard !state.isClosed, state.token != 0 else { return nil }
            if ready & LinkReactor.writable != 0 { write(&state) }
            let isOver = ready & LinkReactor.gone != 0
            let arrival = state.wantsRead && (isOver || ready & LinkReactor.readable != 0) ? read(&state) : nil
            if arrival != nil { state.wantsRead = false }
            rearm(&state)
            return arrival
        }
        if let arrival { arrived(arrival) }
    }

    private func rearm(_ state: inout State) {
        guard !state.isClosed else { return }
        var events: UInt32 = 0
        if state.wantsRead { events |= LinkReactor.readable }
        if state.sent < state.outgoing.count { events |= LinkReactor.writable }
        guard events != 0 else { return }
        LinkReactor.shared.arm(state.token, descriptor, events)
    }

    private func write(_ state: inout State) {
        while state.sent < state.outgoing.count {
            let sent = state.outgoing[state.sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if sent < 0, errno == EINTR { continue }
            if sent < 0, errno == EAGAIN { break }
            // The host is gone, which the reading side and the process tell; nobody takes this any more.
            state.sent = sent > 0 ? state.sent + sent : state.outgoing.count
        }
        if state.sent == state.outgoing.count {
            state.outgoing.removeAll(keepingCapacity: state.sent < 65536)
            state.sent = 0
        }
    }

    /// Nil when nothing is there or no frame is complete.
    private func read(_ state: inout State) -> Arrival? {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
        if count < 0, errno == EAGAIN || errno == EINTR { return nil }
        guard count > 0 else { return .closed(reason: nil) }
        guard pl_decoder_add(&state.decoder, buffer, count) == 0 else { return .closed(reason: "out of memory") }
        var frames: [LinkFrame] = []
        while true {
            var header = pl_header()
            var payload: UnsafePointer<UInt8>?
            let result = pl_decoder_next(&state.decoder, &header, &payload)
            if result < 0 { return .closed(reason: "a frame of \(header.length) bytes is too long") }
            if result == 0 { return frames.isEmpty ? nil : .frames(frames) }
            frames.append(
                LinkFrame(
                    type: Int(header.type), correlation: header.correlation,
                    payload: Array(UnsafeBufferPointer(start: payload, count: Int(header.length)))))
        }
    }
}
