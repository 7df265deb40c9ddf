import AgentPlugins
import DesiredState
import Glibc
import PluginTestBench
import Testing

/// Plugins that crash, hang and lie cost themselves and nobody else.
@Suite(.serialized, .tags(.R23))
struct MisbehavingPluginTests {
    @Test("a crash is reported with its signal, and the plugin starts again with its settings")
    func survivesCrash() async throws {
        let bench = try PluginBench.fixture(configure: impatient)
        try await bench.run { manager in
            #expect(await manager.apply(["greeting": "still here"], to: bench.id) == .applied)
            let before = try await bench.report.health.pid
            let update = try await bench.perform("crash")
            guard case .lost(let reason) = update.state else { throw Failure("\(update)") }
            #expect(reason.contains("signal 6"))
            try await bench.recorder.wait("the end is reported") { $0.ends.count == 1 }
            let end = bench.recorder.heard.ends.first
            #expect(end?.cause == .signalled(6))
            #expect(end?.lastLines.last == "fixture: crashing as asked")
            try await bench.waitUntil(.running)
            let report = try await bench.report
            #expect(report.health.pid != before && report.health.restarts == 1)
            #expect(await manager.settingsInForce(of: bench.id)?["greeting"] == "still here")
        }
    }

    @Test("a process that is killed from outside comes back")
    func survivesKill() async throws {
        let bench = try PluginBench.fixture(configure: impatient)
        try await bench.run { _ in
            try await bench.waitUntil(.running)
            let pid = try #require(try await bench.report.health.pid)
            #expect(Process.kill(pid) == 0)
            try await bench.wait("another process runs") { $0.health.state == .running && $0.health.pid != pid }
            #expect(Process.isGone(pid))
        }
    }

    @Test("a run that is ordered while the plugin's process comes back is begun by the next one")
    func runWaitsForRestart() async throws {
        let bench = try PluginBench.fixture()
        try await bench.run { manager in
            try await bench.waitUntil(.running)
            let pid = try #require(try await bench.report.health.pid)
            #expect(Process.kill(pid) == 0)
            try await bench.wait("its end was noticed") { $0.health.restarts == 1 }
            let outcome = await manager.startTask(
                runID: [UInt8](repeating: 9, count: 16), application: bench.id, task: "count",
                parameters: Array(#"{"steps": 2}"#.utf8))
            #expect(outcome == .done)
            #expect(try await bench.report.health.pid != pid)
        }
    }

    @Test("a run is refused in time when the plugin does not come back")
    func runDoesNotWaitForEver() async throws {
        let bench = try PluginBench.fixture(configure: {
            impatient(&$0)
            $0.deadlines.restart = .milliseconds(300)
            $0.timing.endsUntilQuarantine = 1_000
        })
        try await bench.run { manager in
            try await bench.waitUntil(.running)
            _ = await manager.apply(["misbehaveIn": "activate", "misbehaveHow": "crash"], to: bench.id)
            if let pid = try await bench.report.health.pid { _ = Process.kill(pid) }
            try await bench.wait("it does not come back") { $0.health.restarts >= 2 }
            let outcome = await manager.startTask(
                runID: [UInt8](repeating: 9, count: 16), application: bench.id, task: "count",
                parameters: Array(#"{"steps": 2}"#.utf8))
            guard case .failed(let reason, _) = outcome else { return #expect(Bool(false), "\(outcome)") }
            #expect(reason.contains("not running"))
        }
    }

    @Test("a call that hangs ends the process at its deadline", arguments: ["readState", "control", "startTask"])
    func endsHang(call: String) async throws {
        let bench = try PluginBench.fixture(configure: impatient)
        try await bench.run { manager in
            // Put in force first: the plugin hangs from then on.
            _ = await manager.apply(["misbehaveIn": .string(call), "misbehaveHow": "hang"], to: bench.id)
            switch call {
            case "control": _ = await manager.control(bench.id, instance: nil, .stop)
            case "startTask":
                let run = [UInt8](repeating: 1, count: 16)
                _ = await manager.startTask(runID: run, application: bench.id, task: "count", parameters: [])
            default: await manager.refresh()
            }
            try await bench.recorder.wait("the end is reported") { !$0.ends.isEmpty }
            #expect(bench.recorder.heard.ends.first?.reason?.contains("has not returned in 1 s") == true)
        }
    }

    @Test("settings under which the plugin crashes quarantine it, and other settings release it")
    func quarantines() async throws {
        let bench = try PluginBench.fixture(configure: impatient)
        try await bench.run { manager in
            let outcome = await manager.apply(["misbehaveIn": "apply", "misbehaveHow": "crash"], to: bench.id)
            guard case .failed = outcome else { throw Failure("\(outcome)") }
            try await bench.waitUntil(.quarantined)
            #expect(bench.recorder.heard.ends.count == 5)
            let again = await manager.control(bench.id, instance: nil, .start)
            guard case .failed(let reason, _) = again else { throw Failure("\(again)") }
            #expect(reason.contains("quarantined"))
            #expect(await manager.apply(["greeting": "better"], to: bench.id) == .applied)
            try await bench.waitUntil(.running)
        }
    }

    @Test("an operator releases a quarantined plugin")
    func releases() async throws {
        let bench = try PluginBench.fixture(configure: { configuration in
            impatient(&configuration)
            configuration.timing.endsUntilQuarantine = 1
        })
        try await bench.run { manager in
            _ = try await bench.perform("crash")
            try await bench.waitUntil(.quarantined)
            await manager.releaseQuarantine(bench.id)
            try await bench.waitUntil(.running)
        }
    }

    @Test(
        "what is no JSON is refused and counted, and the plugin runs on",
        arguments: ["readState", "statistics", "readSettings"])
    func refusesNonsense(call: String) async throws {
        let bench = try PluginBench.fixture(configure: impatient)
        try await bench.run { manager in
            _ = await manager.apply(["misbehaveIn": .string(call), "misbehaveHow": "badJSON"], to: bench.id)
            await manager.refresh()
            #expect(await manager.statistics().isEmpty == (call == "statistics"))
            try await bench.wait("a refusal is counted") { $0.health.refusals > 0 }
            let report = try await bench.report
            #expect(report.health.state == .running && report.health.restarts == 0)
        }
    }

    @Test("a task whose result is no JSON has failed")
    func refusesResult() async throws {
        let bench = try PluginBench.fixture()
        try await bench.run { _ in
            let update = try await bench.perform("lie")
            guard case .failed(let message) = update.state else { throw Failure("\(update)") }
            #expect(message.contains("no JSON"))
            #expect(update.result.isEmpty)
        }
    }

    @Test("an event that the manifest does not name is refused, and the flush says so")
    func refusesUnknownEvent() async throws {
        let bench = try PluginBench.fixture()
        try await bench.run { _ in
            let update = try await bench.perform("emit", #"{"count": 1, "type": "made.up"}"#)
            guard case .failed(let message) = update.state else { throw Failure("\(update)") }
            #expect(message.contains("made.up is not in the manifest"))
            #expect(bench.recorder.heard.events.isEmpty)
        }
    }

    @Test("a flush tells that the device's spool is full")
    func tellsExhaustion() async throws {
        let bench = try PluginBench.fixture()
        bench.recorder.answer(.exhausted)
        try await bench.run { _ in
            let update = try await bench.perform("emit", #"{"count": 1}"#)
            guard case .failed(let message) = update.state else { throw Failure("\(update)") }
            #expect(message.contains("full"))
        }
    }

    @Test("endless output costs the plugin its call, and another plugin nothing")
    func survivesOutput() async throws {
        let bench = try PluginBench.fixture(configure: impatient)
        try await bench.run { manager in
            try await bench.waitUntil(.running)
            let outcome = await manager.apply(["misbehaveIn": "validate", "misbehaveHow": "output"], to: bench.id)
            guard case .failed(let problem) = outcome else { throw Failure("\(outcome)") }
            #expect(problem.reason.contains("has not returned"))
        }
    }

    @Test("a resumable task is started again after a crash, under its own id")
    func resumesTask() async throws {
        let bench = try PluginBench.fixture(configure: impatient)
        try await bench.run { _ in
            let run = try await bench.start("count-resumable", #"{"steps": 30, "milliseconds": 10}"#)
            _ = try await bench.perform("crash")
            let end = try await bench.end(of: run)
            #expect(end.state == .succeeded, "it counts from the start again")
        }
    }

    @Test("a unit that the manifest does not name is refused")
    func refusesUnit() async throws {
        let bench = try PluginBench.fixture()
        try await bench.run { manager in
            #expect(await manager.apply(["unit": "foreign"], to: bench.id) == .applied)
            let outcome = await manager.control(bench.id, instance: nil, .stop)
            #expect(outcome == .failed(reason: "unit foreign is not in the plugin's manifest", isRetryable: false))
        }
    }

    @Test("a file is written where the manifest allows it, and nowhere else")
    func guardsFiles() async throws {
        let bench = try PluginBench.fixture()
        let files = "\(bench.directory.path)/files"
        try await bench.run { _ in
            let written = try await bench.perform("write", #"{"path": "\#(files)/a.conf", "content": "x=1"}"#)
            #expect(written.state == .succeeded)
            #expect(String(decoding: try PluginBench.read("\(files)/a.conf"), as: UTF8.self) == "x=1")
            for path in ["/tmp/elsewhere", "\(files)/../outside", "\(files)-beside/a", "\(files)//a"] {
                let update = try await bench.perform("write", #"{"path": "\#(path)", "content": "x=1"}"#)
                guard case .failed(let message) = update.state else { throw Failure("\(update)") }
                #expect(message.contains("not in the plugin's manifest"))
            }
        }
    }

    @Test("stored values outlive the plugin's process")
    func storesValues() async throws {
        let bench = try PluginBench.fixture(configure: impatient)
        try await bench.run { _ in
            _ = try await bench.perform("store", #"{"key": "a.key", "value": "kept"}"#)
            _ = try await bench.perform("crash")
            try await bench.waitUntil(.running)
            let update = try await bench.perform("store", #"{"key": "a.key"}"#)
            #expect(String(decoding: update.result, as: UTF8.self) == #"{"value":"kept"}"#)
            let bad = try await bench.perform("store", #"{"key": "../up", "value": "x"}"#)
            guard case .failed = bad.state else { throw Failure("\(bad)") }
        }
    }
}
