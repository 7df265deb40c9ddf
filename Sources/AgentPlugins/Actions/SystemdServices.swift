internal import DurableFiles
internal import Glibc
internal import PluginLink

/// Units of systemd, by way of `systemctl`.
package struct SystemdServices: ServiceController {
    package static let systemctl = ["/usr/bin/systemctl"]

    /// Absolute path of the program, and arguments that come before ours.
    private let command: [String]

    package init(command: [String] = systemctl) { self.command = command }

    package func perform(
        _ action: ServiceRequest.Action, on unit: String, deadline: Duration
    ) async throws(ServiceError) {
        let verb =
            switch action {
            case .start: "start"
            case .stop: "stop"
            case .restart: "restart"
            case .reload: "reload"
            }
        _ = try await ask([verb, "--", unit], deadline)
    }

    package func state(of unit: String, deadline: Duration) async throws(ServiceError) -> UnitState {
        UnitState(systemd: try await ask(["show", "--property=LoadState,ActiveState,SubState", "--", unit], deadline))
    }

    /// Runs the program to its end; what it printed. A program that fails is an error with its words.
    private func ask(_ arguments: [String], _ deadline: Duration) async throws(ServiceError) -> String {
        let what =
            "\(command[0].split(separator: "/").last ?? "") \(arguments.filter { $0 != "--" }.joined(separator: " "))"
        let output = pl_memory_file("systemctl")
        guard output >= 0 else { throw ServiceError("\(SystemError("memfd_create", errno))") }
        defer { close(output) }
        let start = ProcessStart(
            executable: command[0], arguments: command.dropFirst() + ["--no-ask-password"] + arguments,
            environment: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"], descriptors: [-1, output, output],
            diesWithParent: true)
        let started: ProcessStart.Started
        do throws(SystemError) { started = try start.run() } catch { throw ServiceError("\(error)") }
        defer { close(started.pidfd) }
        let ended = await LinkReactor.shared.wait(readable: started.pidfd, atMost: deadline - MonotonicTime.now)
        if !ended { _ = pl_pidfd_signal(started.pidfd, SIGKILL) }
        var end = pl_exit()
        while pl_reap(started.pidfd, &end) == EAGAIN {
            _ = await LinkReactor.shared.wait(readable: started.pidfd, atMost: .seconds(1))
        }
        guard ended else { throw ServiceError("\(what) has not returned in time", isTimeout: true) }
        let said = (try? FileBytes.read("/proc/self/fd/\(output)", limit: 4096)).flatMap { $0 } ?? []
        let text = String(decoding: said, as: UTF8.self)
        guard !end.by_signal, end.value == 0 else { throw ServiceError("\(what): \(LogText.escape(text))") }
        return text
    }
}
