internal import Glibc
internal import Logging
internal import Synchronization

/// What a plugin prints, as lines of the agent's log. A plugin that prints more than a budget is not read for a while, so
/// that it waits and nobody else does.
final class HostOutput: Sendable {
    private static let longestLine = 4096
    private static let remembered = 5

    private struct State {
        var partial: [UInt8] = []
        var lastLines: [String] = []
        var used = 0
        var isClosed = false
        var token: UInt64 = 0
    }

    private let descriptor: Int32
    private let logger: Logger
    private let log: RunLog
    private let state = Mutex(State())

    /// Takes over the reading end of the pipe.
    init(_ descriptor: Int32, logger: Logger, log: RunLog) {
        self.descriptor = descriptor
        self.log = log
        self.logger = logger
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        let token = LinkReactor.shared.register(descriptor) { [weak self] _ in self?.read() }
        state.withLock { $0.token = token }
        LinkReactor.shared.arm(token, descriptor, LinkReactor.readable)
    }

    deinit { close() }

    /// Reads what is still in the pipe, and no more afterwards.
    func close() {
        state.withLock { state in
            guard !state.isClosed else { return }
            take(&state)
            state.isClosed = true
            LinkReactor.shared.remove(state.token, descriptor)
            Glibc.close(descriptor)
        }
    }

    /// Reads what is in the pipe now: what was printed before something else that has arrived.
    func catchUp() {
        state.withLock { state in
            if !state.isClosed { take(&state) }
        }
    }

    var lastLines: [String] { state.withLock { $0.lastLines } }

    private func read() {
        let (goOn, isBeyond) = state.withLock { state in
            guard !state.isClosed else { return (false, false) }
            let goOn = take(&state)
            let isBeyond = state.used > LogBudget.bytesPerSecond
            if goOn, !isBeyond { LinkReactor.shared.arm(state.token, descriptor, LinkReactor.readable) }
            return (goOn, isBeyond)
        }
        guard goOn, isBeyond else { return }
        logger.warning("plugin prints too much; waiting a second")
        Task { [weak self] in
            try? await Task.sleep(for: .seconds(1))
            self?.readOn()
        }
    }

    private func readOn() {
        state.withLock { state in
            state.used = 0
            if !state.isClosed { LinkReactor.shared.arm(state.token, descriptor, LinkReactor.readable) }
        }
    }

    /// False at the end of the pipe.
    @discardableResult
    private func take(_ state: inout State) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16384)
        let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
        state.used += count
        for byte in buffer[..<count] {
            if byte == UInt8(ascii: "\n") || state.partial.count >= Self.longestLine { endLine(&state) }
            if byte != UInt8(ascii: "\n") { state.partial.append(byte) }
        }
        return true
    }

    private func endLine(_ state: inout State) {
        let line = LogText.escape(String(decoding: state.partial, as: UTF8.self))
        state.partial.removeAll(keepingCapacity: true)
        guard !line.isEmpty else { return }
        logger.info("\(line)", metadata: ["source": "output"])
        log.add(line)
        state.lastLines = (state.lastLines + [line]).suffix(Self.remembered)
    }
}
