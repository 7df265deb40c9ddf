internal import DurableFiles
internal import Glibc
internal import PluginLink

/// Services started and signalled directly, for machines without systemd. A service started here belongs to init: it is
/// nobody's child and outlives the agent.
package actor DirectServices: ServiceController {
    private let units: [String: DirectUnit]
    private let logDirectory: String
    /// The last action of each unit: the next one waits for it.
    private var tails: [String: Task<Void, Never>] = [:]

    /// How long a daemon may take to write its number once the process that was started has ended.
    private static let handover: Duration = .seconds(3)

    /// What services print while they start goes to `logDirectory`/UNIT.log.
    package init(units: [String: DirectUnit], logDirectory: String) {
        self.units = units
        self.logDirectory = logDirectory
    }

    package func perform(
        _ action: ServiceRequest.Action, on unit: String, deadline: Duration
    ) async throws(ServiceError) {
        guard let direct = units[unit] else { throw ServiceError("unit \(unit) is not configured on this device") }
        let former = tails[unit]
        let work = Task { () -> Result<Void, ServiceError> in
            await former?.value
            do throws(ServiceError) {
                return .success(try await self.carryOut(action, unit, direct, deadline))
            } catch {
                return .failure(error)
            }
        }
        tails[unit] = Task { _ = await work.value }
        try await work.value.get()
    }

    package func state(of unit: String, deadline: Duration) async throws(ServiceError) -> UnitState {
        guard let direct = units[unit] else { return UnitState(.notFound) }
        return UnitState(RunningService(direct) == nil ? .stopped : .running)
    }

    private func carryOut(
        _ action: ServiceRequest.Action, _ name: String, _ unit: DirectUnit, _ deadline: Duration
    ) async throws(ServiceError) {
        switch action {
        case .start: try await start(name, unit, deadline)
        case .stop: try await stop(name, unit, deadline)
        case .restart:
            try await stop(name, unit, deadline)
            try await start(name, unit, deadline)
        case .reload:
            guard let running = RunningService(unit) else { throw ServiceError("\(name) is not running") }
            guard running.signal(SIGHUP) else { throw ServiceError("\(name) cannot be signalled") }
        }
    }

    /// Waits until the process number is written and names a process. A daemon's first process ends when it has made another, often
    /// before that has written its number: so its end alone is no failure.
    private func start(_ name: String, _ unit: DirectUnit, _ deadline: Duration) async throws(ServiceError) {
        guard RunningService(unit) == nil else { return }
        guard let program = unit.start.first else { throw ServiceError("unit \(name) has no start command") }
        unlink(unit.pidFile)
        let log = try openLog(name)
        defer { close(log) }
        let start = ProcessStart(
            executable: program, arguments: Array(unit.start.dropFirst()),
            environment: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"], descriptors: [-1, log, log],
            isDetached: true)
        let started: ProcessStart.Started
        do throws(SystemError) { started = try start.run() } catch { throw ServiceError("\(error)") }
        defer { if started.pidfd >= 0 { close(started.pidfd) } }
        var patience = started.pidfd < 0 ? MonotonicTime.now + Self.handover : nil
        while RunningService(unit) == nil {
            let now = MonotonicTime.now
            if let patience, now >= min(patience, deadline) {
                throw ServiceError("\(name) ended while it started: \(lastWords(name))")
            }
            guard now < deadline else { throw ServiceError("\(name) has not started in time", isTimeout: true) }
            // The process number's file is the condition, of which nothing tells.
            if patience != nil {
                try? await Task.sleep(for: .milliseconds(25))
            } else if await LinkReactor.shared.wait(readable: started.pidfd, atMost: .milliseconds(25)) {
                patience = MonotonicTime.now + Self.handover
            }
        }
    }

    private func stop(_ name: String, _ unit: DirectUnit, _ deadline: Duration) async throws(ServiceError) {
        guard let running = RunningService(unit) else { return }
        guard running.signal(SIGTERM) else { throw ServiceError("\(name) cannot be signalled") }
        if await running.ended(atMost: deadline - MonotonicTime.now - .seconds(1)) { return }
        _ = running.signal(SIGKILL)
        guard await running.ended(atMost: .seconds(1)) else {
            throw ServiceError("\(name) does not stop", isTimeout: true)
        }
    }

    private func openLog(_ name: String) throws(ServiceError) -> Int32 {
        do throws(SystemError) { try FileBytes.makeDirectory(logDirectory) } catch { throw ServiceError("\(error)") }
        let descriptor = open(logFile(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw ServiceError("\(SystemError("open \(logFile(name))", errno))") }
        return descriptor
    }

    private func logFile(_ name: String) -> String {
        "\(logDirectory)/\(String(name.map { $0 == "/" ? "_" : $0 })).log"
    }

    private func lastWords(_ name: String) -> String {
        let bytes = (try? FileBytes.read(logFile(name))).flatMap { $0 } ?? []
        let lines = String(decoding: bytes.suffix(2048), as: UTF8.self).split(separator: "\n").suffix(3)
        return LogText.escape(lines.joined(separator: "; "))
    }
}
