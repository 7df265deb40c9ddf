internal import DurableFiles
internal import Glibc
internal import PluginLink
internal import Synchronization

/// The link to martlet-privileged, which does as root what the agent may not: it starts and ends plugins' processes, acts on
/// units and writes files, as far as they are granted.
package final class PrivilegedHelper: Sendable {
    struct Answer {
        let frame: LinkFrame
        /// The receiver's.
        let descriptors: [Int32]
    }

    private struct State {
        var last: UInt64 = 0
        var token: UInt64 = 0
        var isGone = false
        var waiting: [UInt64: @Sendable (Answer?) -> Void] = [:]
    }

    /// Requests that wait for their turn; beyond it they are refused.
    package static let mostWaiting = 128

    /// What the helper does at once for plugins: all it can but one, which is for statements of trust.
    static let mostAtOnce = Int(PP_MOST_JOBS) - 1

    let gate = WorkGate(mostInside: mostAtOnce, mostWaiting: mostWaiting)
    /// Statements of trust, which stand behind nothing that plugins want. One at a time.
    let trustGate = WorkGate(mostInside: 1, mostWaiting: mostWaiting)
    /// A SOCK_SEQPACKET socket; stays open as long as the process.
    package let link: Int32
    private let state = Mutex(State())
    private let end: AsyncStream<Void>
    private let ends: AsyncStream<Void>.Continuation

    package init(link: Int32) {
        self.link = link
        (end, ends) = AsyncStream.makeStream(of: Void.self)
        let token = LinkReactor.shared.register(link) { [weak self] _ in self?.read() }
        state.withLock { $0.token = token }
        LinkReactor.shared.arm(token, link, LinkReactor.readable)
    }

    deinit {
        state.withLock { LinkReactor.shared.remove($0.token, link) }
        close(link)
    }

    package var isGone: Bool { state.withLock { $0.isGone } }

    /// Returns when the helper has ended, or the task is cancelled. To be awaited once.
    package func ended() async { for await _ in end {} }

    /// Sends a request and has the answer given to `then`, on the reactor's thread; nil when the helper is gone. The request's
    /// number.
    @discardableResult
    private func send(
        _ type: Int, _ fields: LinkFields, _ descriptors: [Int32] = [], then: (@Sendable (Answer?) -> Void)?
    ) -> UInt64 {
        let (number, isGone) = state.withLock { state in
            state.last += 1
            if !state.isGone { state.waiting[state.last] = then }
            return (state.last, state.isGone)
        }
        let bytes = LinkFrame(type, correlation: number, fields).encoded
        let isSent = !isGone && pl_message_send(link, bytes, bytes.count, descriptors, Int32(descriptors.count)) == 0
        if !isSent { (isGone ? then : state.withLock { $0.waiting.removeValue(forKey: number) })?(nil) }
        return number
    }

    /// Not on the reactor's thread, which has to read the answer. Short work only.
    func ask(_ type: Int, _ fields: LinkFields, _ descriptors: [Int32] = []) -> (number: UInt64, answer: Answer?) {
        let answer = BlockingAnswer<Answer?>()
        let number = send(type, fields, descriptors) { answer.give($0) }
        return (number, answer.wait())
    }

    func request(_ type: Int, _ fields: LinkFields, _ descriptors: [Int32] = []) async -> Answer? {
        let answer = OnceAnswer<Answer?>()
        send(type, fields, descriptors) { answer.give($0) }
        return await answer.value
    }

    func tell(_ type: Int, _ fields: LinkFields) { send(type, fields, then: nil) }

    private func read() {
        var message = pl_message()
        while true {
            let got = pl_message_receive(link, &message, 0)
            if got > 0 {
                take(&message)
            } else if got < 0, errno == EAGAIN {
                return state.withLock { LinkReactor.shared.arm($0.token, link, LinkReactor.readable) }
            } else {
                return lose()
            }
        }
    }

    private func take(_ message: inout pl_message) {
        var header = pl_header()
        let bytes = Array(UnsafeBufferPointer(start: pl_message_bytes(&message), count: message.length))
        let descriptors = withUnsafeBytes(of: &message.descriptors) {
            Array($0.bindMemory(to: Int32.self).prefix(Int(message.descriptor_count)))
        }
        if bytes.count >= Int(PL_HEADER_SIZE) { pl_header_decode(bytes, &header) }
        guard let then = state.withLock({ $0.waiting.removeValue(forKey: header.correlation) }) else {
            for descriptor in descriptors { close(descriptor) }
            return
        }
        let frame = LinkFrame(
            type: Int(header.type), correlation: header.correlation,
            payload: Array(bytes.dropFirst(Int(PL_HEADER_SIZE))))
        then(Answer(frame: frame, descriptors: descriptors))
    }

    private func lose() {
        let waiting = state.withLock { state in
            state.isGone = true
            defer { state.waiting = [:] }
            return state.waiting
        }
        for then in waiting.values { then(nil) }
        ends.finish()
    }
}
