internal import AgentPlugins
internal import DesiredState
internal import Glibc
internal import PluginLink
internal import PluginPackage

/// One scenario in a process of its own.
struct ProbeRun {
    let executable: String
    let library: String
    let scenario: String
    let manifest: PluginManifest
    let settings: JSONValue
    let tasks: [(name: String, parameters: JSONValue)]
    let haste: Int

    /// Between two calls, and at the end.
    private static let idleLimit: Int64 = 15_000_000_000
    private static let outputLimit = 65536

    /// Runs it to its end, or until a call is overdue. Throws when the probe does not start.
    func record() throws -> ProbeRecord {
        let (recordHere, recordThere) = try Self.pipe()
        let (outputHere, outputThere) = try Self.pipe()
        defer { for descriptor in [recordHere, outputHere] { close(descriptor) } }
        let start = ProcessStart(
            executable: executable, arguments: arguments, environment: Self.environment,
            descriptors: [-1, outputThere, outputThere, recordThere], diesWithParent: true)
        let result = Result { try start.run() }
        for descriptor in [recordThere, outputThere] { close(descriptor) }
        let started = try result.get()
        defer { close(started.pidfd) }
        return watch(started, recordHere, outputHere)
    }

    private var arguments: [String] {
        let local = JSONValue.object(manifest.local.mapValues { .string($0) })
        return [
            "--library", library, "--scenario", scenario, "--id", manifest.id, "--version", manifest.version,
            "--local", CanonicalJSON.text(local), "--settings", CanonicalJSON.text(settings),
            "--haste", "\(haste)",
        ] + tasks.flatMap { ["--task", "\($0.name)=\(CanonicalJSON.text($0.parameters))"] }
    }

    private func watch(_ started: ProcessStart.Started, _ record: Int32, _ output: Int32) -> ProbeRecord {
        var seen = ProbeRecord(scenario: scenario)
        var (pending, printed): ([UInt8], [UInt8]) = ([], [])
        var (deadline, isOverdue, hasExited) = (pl_now() + Self.idleLimit, false, false)
        while !hasExited {
            var descriptors = [record, output, started.pidfd].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            let left = max(0, (deadline - pl_now()) / 1_000_000 + 1)
            let ready = poll(&descriptors, 3, isOverdue ? -1 : Int32(clamping: left))
            hasExited = descriptors[2].revents != 0
            Self.drain(record, into: &pending)
            Self.drain(output, into: &printed)
            if printed.count > Self.outputLimit { printed.removeFirst(printed.count - Self.outputLimit) }
            for frame in ProbeFrame.take(from: &pending) {
                note(frame, &seen)
                deadline = pl_now() + (frame.type == ProbeFrame.begin ? frame.number(PL_DEADLINE) ?? 0 : Self.idleLimit)
            }
            guard ready == 0 || pl_now() >= deadline, !isOverdue, !hasExited else { continue }
            isOverdue = true
            _ = pl_pidfd_signal(started.pidfd, SIGKILL)
        }
        seen.lastLine = Self.lastLine(printed)
        seen.end = Self.end(started, isOverdue: isOverdue, isDone: seen.frames.last?.type == ProbeFrame.done)
        return seen
    }

    private func note(_ frame: LinkFrame, _ seen: inout ProbeRecord) {
        seen.frames.append(frame)
        if frame.type == ProbeFrame.begin { seen.call = frame.text(PL_NAME) }
        if frame.type == ProbeFrame.end { seen.call = nil }
    }

    private static func end(_ started: ProcessStart.Started, isOverdue: Bool, isDone: Bool) -> ProbeRecord.End {
        pl_kill_group(started.pid)
        var exit = pl_exit()
        guard pl_reap(started.pidfd, &exit) == 0, !isOverdue else { return .overdue }
        if exit.by_signal { return .signalled(Int(exit.value)) }
        return exit.value == 0 && isDone ? .done : .exited(Int(exit.value))
    }

    /// As a host has it.
    private static let environment = [
        "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "SWIFT_BACKTRACE=enable=no",
    ]

    private static func pipe() throws -> (Int32, Int32) {
        var pair: [Int32] = [-1, -1]
        guard pl_pipe(&pair) == 0 else {
            throw WorkshopError("no pipe for the probe: \(String(cString: strerror(errno)))")
        }
        _ = fcntl(pair[0], F_SETFL, O_NONBLOCK)
        return (pair[0], pair[1])
    }

    /// What is there now.
    private static func drain(_ descriptor: Int32, into bytes: inout [UInt8]) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        // A plugin that prints without end must not hold us here.
        for _ in 0..<64 {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return }
            bytes += buffer[..<count]
        }
    }

    private static func lastLine(_ printed: [UInt8]) -> String {
        let lines = String(decoding: printed, as: UTF8.self).split(whereSeparator: \.isNewline)
        return lines.last.map { String($0.prefix(300)) } ?? ""
    }
}
