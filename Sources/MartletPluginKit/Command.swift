internal import Dispatch
internal import Glibc
internal import Synchronization

/// A short-lived program whose output is wanted, such as a daemon's own check of its configuration. It runs with the rights
/// of the plugin's process, with a path and a language for environment, and nothing to read.
public final class Command: Sendable {
    /// How a program ended, and what it printed.
    public struct Outcome: Sendable, Hashable {
        /// 128 and the signal when it was ended by one.
        public let exitCode: Int32
        /// Output and errors, in the order in which they came; the first 1,000 lines, empty ones left out.
        public let lines: [String]

        public init(exitCode: Int32, lines: [String]) {
            self.exitCode = exitCode
            self.lines = lines
        }
    }

    private static let queue = DispatchQueue(label: "martlet.command", attributes: .concurrent)
    private static let lineLimit = 1000

    private let pid = Mutex<pid_t?>(nil)

    /// Runs a program, by its absolute path, to its end. `line` is called for each line of output and errors as it comes.
    /// One that takes longer than `limit` is ended, as it is when the Swift task is cancelled; its exit code says so. Throws
    /// `failedPrecondition` when it cannot be started.
    public static func run(
        _ program: String, _ arguments: [String], atMost limit: Duration? = nil,
        line: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> Outcome {
        let command = Command()
        let timer = limit.map { limit in
            Task {
                try await Task.sleep(for: limit)
                command.end()
            }
        }
        defer { timer?.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.async {
                    continuation.resume(
                        with: Result { () throws(PluginFailure) in try command.runNow(program, arguments, line) })
                }
            }
        } onCancel: {
            command.end()
        }
    }

    private func end() { pid.withLock { if let pid = $0 { _ = kill(pid, SIGTERM) } } }

    private func runNow(
        _ program: String, _ arguments: [String], _ line: (String) -> Void
    ) throws(PluginFailure) -> Outcome {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw PluginFailure(.internalError, "pipe: \(String(cString: strerror(errno)))") }
        defer { close(ends[0]) }
        // Another program that is started meanwhile must not hold either open: the reading would not end before it does.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let error = start(program, arguments, output: ends[1])
        close(ends[1])
        guard error == 0 else {
            throw PluginFailure(.failedPrecondition, "\(program): \(String(cString: strerror(error)))")
        }
        let lines = gather(ends[0], line)
        return Outcome(exitCode: wait(), lines: lines)
    }

    private func start(_ program: String, _ arguments: [String], output: Int32) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        if output > 2 { posix_spawn_file_actions_addclose(&actions, output) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        Self.takeSignals(&attributes)
        var argv = Self.copies([program] + arguments)
        var environment = Self.copies(["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"])
        defer { for string in argv + environment { free(string) } }
        return pid.withLock { pid in
            var started: pid_t = 0
            let error = posix_spawn(&started, program, &actions, &attributes, &argv, &environment)
            if error == 0 { pid = started }
            return error
        }
    }

    /// Dispatch's threads block signals, and the plugin's host ignores one; the program would inherit both and could not be
    /// ended.
    private static func takeSignals(_ attributes: inout posix_spawnattr_t) {
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    }

    /// C strings and the NULL behind them; the caller frees them.
    private static func copies(_ strings: [String]) -> [UnsafeMutablePointer<CChar>?] {
        strings.map { $0.withCString { strdup($0) } } + [nil]
    }

    private func gather(_ descriptor: Int32, _ each: (String) -> Void) -> [String] {
        var lines: [String] = []
        var partial: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            for byte in buffer[..<count] {
                // Some draw their progress with carriage returns.
                guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
                    if partial.count < 4096 { partial.append(byte) }
                    continue
                }
                let line = String(decoding: partial, as: UTF8.self)
                partial.removeAll(keepingCapacity: true)
                guard !line.isEmpty else { continue }
                each(line)
                if lines.count < Self.lineLimit { lines.append(line) }
            }
        }
        return lines
    }

    private func wait() -> Int32 {
        guard let running = pid.withLock({ $0 }) else { return -1 }
        var ended = siginfo_t()
        while waitid(P_PID, id_t(running), &ended, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        // Collected while nobody may signal it: afterwards its number may be another's.
        let status = pid.withLock { pid in
            var status: Int32 = 0
            while waitpid(running, &status, 0) < 0, errno == EINTR {}
            pid = nil
            return status
        }
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }
}
