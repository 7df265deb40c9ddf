import AgentPlugins
import DurableFiles
import Glibc
import PluginTestBench
import Testing

/// Services without a service manager, and systemctl as a program.
@Suite(.serialized, .tags(.R18))
struct ServiceControllerTests {
    @Test("a service is started, is nobody's child of ours, and is stopped")
    func startsAndStops() async throws {
        let unit = try DirectBench("exec -a service.sh sleep 1000")
        try await unit.services.perform(.start, on: "service", deadline: soon)
        let pid = try #require(unit.pid)
        #expect(Process.parent(of: pid) != getpid())
        #expect(Process.session(of: pid) != Process.session(of: getpid()))
        try await unit.services.perform(.start, on: "service", deadline: soon)
        #expect(unit.pid == pid, "one that runs is not started again")
        try await unit.services.perform(.stop, on: "service", deadline: soon)
        #expect(Process.isOver(pid))
        try await unit.services.perform(.stop, on: "service", deadline: soon)
    }

    @Test("a restart gives another process")
    func restarts() async throws {
        let unit = try DirectBench("exec -a service.sh sleep 1000")
        try await unit.services.perform(.start, on: "service", deadline: soon)
        let first = try #require(unit.pid)
        try await unit.services.perform(.restart, on: "service", deadline: soon)
        #expect(Process.isOver(first) && unit.pid != first)
        try await unit.services.perform(.stop, on: "service", deadline: soon)
    }

    @Test("one that ends while it starts is an error with its last words")
    func failsToStart() async throws {
        let unit = try DirectBench("echo the configuration is wrong; exit 3", writesNumber: false)
        let error = try await #require(throws: ServiceError.self) {
            try await unit.services.perform(.start, on: "service", deadline: soon)
        }
        #expect(error.message.contains("the configuration is wrong") && !error.isTimeout)
    }

    @Test("a daemon whose first process ends before its number is written has started")
    func startsDaemon() async throws {
        let unit = try DirectBench(
            """
            ( sleep 0.5; echo $BASHPID > "${0%/*}/new"; mv "${0%/*}/new" "${0%/*}/pid"; exec -a service.sh sleep 1000 ) &
            """, writesNumber: false)
        try await unit.services.perform(.start, on: "service", deadline: soon)
        let pid = try #require(unit.pid)
        try await unit.services.perform(.stop, on: "service", deadline: soon)
        #expect(Process.isOver(pid))
    }

    @Test("one that never says its number is an error at the deadline")
    func startsTooSlowly() async throws {
        let unit = try DirectBench("exec sleep 3", writesNumber: false)
        let error = try await #require(throws: ServiceError.self) {
            try await unit.services.perform(.start, on: "service", deadline: MonotonicTime.now + .milliseconds(300))
        }
        #expect(error.isTimeout)
    }

    @Test("one that ignores the request to stop is killed before the deadline")
    func stopsStubborn() async throws {
        let unit = try DirectBench("trap '' TERM; while true; do sleep 0.05; done")
        try await unit.services.perform(.start, on: "service", deadline: soon)
        let pid = try #require(unit.pid)
        try await unit.services.perform(.stop, on: "service", deadline: MonotonicTime.now + .seconds(2))
        #expect(Process.isOver(pid))
    }

    @Test("a number that was used again by another program is not signalled")
    func sparesStrangers() async throws {
        let unit = try DirectBench("exec -a service.sh sleep 1000")
        try FileBytes.replace("\(unit.directory.path)/pid", with: Array("\(getpid())\n".utf8), mode: 0o644)
        try await unit.services.perform(.stop, on: "service", deadline: soon)
        // We are still here; nothing was sent to us.
    }

    @Test("a unit that is not configured is an error")
    func unknownUnit() async throws {
        let unit = try DirectBench("true")
        await #expect(throws: ServiceError.self) {
            try await unit.services.perform(.start, on: "other", deadline: soon)
        }
    }

    @Test("systemctl is asked for the unit, and what it says is the reason of a failure")
    func asksSystemctl() async throws {
        let directory = try TemporaryDirectory()
        let program = "\(directory.path)/systemctl"
        let script =
            "#!/bin/sh\necho \"$@\" >> \(directory.path)/asked\n[ \"$4\" = good ] || { echo no such unit >&2; exit 5; }\n"
        try FileBytes.replace(program, with: Array(script.utf8), mode: 0o755)
        let services = SystemdServices(command: [program])
        try await services.perform(.restart, on: "good", deadline: soon)
        let error = try await #require(throws: ServiceError.self) {
            try await services.perform(.stop, on: "bad", deadline: soon)
        }
        #expect(error.message.contains("no such unit"))
        let asked = String(decoding: try PluginBench.read("\(directory.path)/asked"), as: UTF8.self)
        #expect(asked == "--no-ask-password restart -- good\n--no-ask-password stop -- bad\n")
    }

    @Test("how a unit is, is read from what systemctl shows")
    func readsState() async throws {
        let directory = try TemporaryDirectory()
        let program = "\(directory.path)/systemctl"
        let script = """
            #!/bin/sh
            [ "$1 $2 $3" = "--user --no-ask-password show" ] || exit 7
            case "$6" in
            good) printf 'LoadState=loaded\\nActiveState=active\\nSubState=running\\n' ;;
            bad) printf 'LoadState=loaded\\nActiveState=failed\\nSubState=failed\\n' ;;
            *) printf 'LoadState=not-found\\nActiveState=inactive\\nSubState=dead\\n' ;;
            esac
            """
        try FileBytes.replace(program, with: Array(script.utf8), mode: 0o755)
        let services = SystemdServices(command: [program, "--user"])
        #expect(try await services.state(of: "good", deadline: soon) == UnitState(.running, detail: "active running"))
        #expect(try await services.state(of: "bad", deadline: soon) == UnitState(.failed, detail: "failed failed"))
        #expect(try await services.state(of: "gone", deadline: soon).word == .notFound)
        let unit = try DirectBench("exec -a service.sh sleep 1000")
        #expect(try await unit.services.state(of: "service", deadline: soon).word == .stopped)
        try await unit.services.perform(.start, on: "service", deadline: soon)
        #expect(try await unit.services.state(of: "service", deadline: soon).word == .running)
        try await unit.services.perform(.stop, on: "service", deadline: soon)
        #expect(try await unit.services.state(of: "other", deadline: soon).word == .notFound)
    }

    private var soon: Duration { MonotonicTime.now + .seconds(10) }
}

/// A service that is a script: it writes its number, unless it is to fail, then does what the test says.
private struct DirectBench {
    let directory: TemporaryDirectory
    let services: DirectServices

    init(_ body: String, writesNumber: Bool = true) throws {
        directory = try TemporaryDirectory()
        let script = "\(directory.path)/service.sh"
        let pidFile = "\(directory.path)/pid"
        let number = writesNumber ? "echo $$ > \(pidFile).new; mv \(pidFile).new \(pidFile)" : ""
        let text = "#!/bin/bash\n\(number)\n\(body)\n"
        try FileBytes.replace(script, with: Array(text.utf8), mode: 0o755)
        services = DirectServices(
            units: ["service": DirectUnit(start: [script], pidFile: pidFile)], logDirectory: "\(directory.path)/logs")
    }

    var pid: Int32? {
        let text = (try? FileBytes.read("\(directory.path)/pid")).flatMap { $0 } ?? []
        return Int32(String(decoding: text.prefix(while: { $0 != 0x0A }), as: UTF8.self))
    }
}
