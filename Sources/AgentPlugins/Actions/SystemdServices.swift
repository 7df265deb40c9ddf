internal import DurableFiles
internal import Glibc
internal import PluginLink

/// Units of systemd, by way of `systemctl`.
package struct SystemdServices: ServiceController {
    private let systemctl: String

    package init(systemctl: String = "/usr/bin/systemctl") { self.systemctl = systemctl }

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
        let output = pl_memory_file("systemctl")
        guard output >= 0 else { throw ServiceError("\(SystemError("memfd_create", errno))") }
        defer { close(output) }
        let start = ProcessStart(
            executable: systemctl, arguments: ["--no-ask-password", verb, "--", unit],
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
        guard ended else { throw ServiceError("systemctl \(verb) \(unit) has not returned in time", isTimeout: true) }
        guard !end.by_signal, end.value == 0 else {
            let said = (try? FileBytes.read("/proc/self/fd/\(output)", limit: 4096)).flatMap { $0 } ?? []
            throw ServiceError("systemctl \(verb) \(unit): \(LogText.escape(String(decoding: said, as: UTF8.self)))")
        }
    }
}
