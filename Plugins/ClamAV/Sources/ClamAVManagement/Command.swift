internal import Dispatch
internal import Glibc
internal import MartletPluginKit
internal import Synchronization

/// A short-lived program whose output is wanted. Cancelling the task ends it.
final class Command: Sendable {
    struct Outcome: Sendable {
        let exitCode: Int32
        let lines: [String]
    }

    private static let queue = DispatchQueue(label: "martlet.command", attributes: .concurrent)
    private static let lineLimit = 1000

    private let pid = Mutex<pid_t?>(nil)

    /// `line` is called for each line of output and errors, as it comes.
    static func run(
        _ program: String, _ arguments: [String], line: @escaping @Sendable (String) -> Void
    ) async throws -> Outcome {
        let command = Command()
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
        _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
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
        var argv = Self.copies([program] + arguments)
        var environment = Self.copies(["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"])
        defer { for string in argv + environment { free(string) } }
        return pid.withLock { pid in
            var started: pid_t = 0
            let error = posix_spawn(&started, program, &actions, nil, &argv, &environment)
            if error == 0 { pid = started }
            return error
        }
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
                // freshclam draws its progress with carriage returns.
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

    /// The exit code; 128 and the signal when it was ended by one.
    private func wait() -> Int32 {
        guard let running = pid.withLock({ $0 }) else { return -1 }
        var status: Int32 = 0
        while waitpid(running, &status, 0) < 0, errno == EINTR {}
        pid.withLock { $0 = nil }
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }
}
