import AgentPlugins
import DesiredState
import PluginTestBench
import Testing

/// The interface end to end: manager, link, host process, C plugin.
@Suite(.serialized)
struct FixturePluginTests {
    @Test("a plugin in C reports its state through its host", .tags(.R13, .R21, .R22, .R25))
    func reportsState() async throws {
        let bench = try PluginBench.fixture()
        try await bench.run { _ in
            try await bench.waitUntil(.running)
            let report = try await bench.report
            #expect(report.instances.map(\.state) == [.running])
            #expect(report.instances.first?.details == ["greeting": "hello"])
            #expect(report.version == "1.0.0")
            #expect(report.health.pid != nil)
        }
    }

    @Test("settings are applied, read back and reported", .tags(.R22))
    func appliesSettings() async throws {
        let bench = try PluginBench.fixture()
        try await bench.run { manager in
            #expect(await manager.apply(["greeting": "good day"], to: bench.id) == .applied)
            let inForce = await manager.settingsInForce(of: bench.id)
            #expect(inForce?["greeting"] == "good day")
            #expect(inForce?["misbehaveIn"] == "none", "defaults of the schema are filled in")
            let digest = Digest.sha256(CanonicalJSON.encode(inForce ?? .null))
            let report = try await bench.report
            #expect(report.settingsDigest == digest)
            try await bench.wait("state shows the greeting") { $0.instances.first?.details == ["greeting": "good day"] }
        }
    }

    @Test("settings that do not fit the schema never reach the plugin, and say where they are wrong", .tags(.R22))
    func refusesSettingsOfTheWrongShape() async throws {
        let bench = try PluginBench.fixture()
        try await bench.run { manager in
            let outcome = await manager.apply(["greeting": 5], to: bench.id)
            #expect(outcome == .failed(ApplyProblem(reason: "expected string, got 5", pointer: "/greeting")))
            let report = try await bench.report
            #expect(report.settingsProblem?.pointer == "/greeting")
        }
    }

    @Test("settings the plugin refuses leave the former ones in force", .tags(.R22))
    func keepsFormerSettings() async throws {
        let bench = try PluginBench.fixture()
        try await bench.run { manager in
            #expect(await manager.apply(["greeting": "first"], to: bench.id) == .applied)
            let outcome = await manager.apply(["greeting": "refuse me"], to: bench.id)
            #expect(outcome == .failed(ApplyProblem(reason: "this greeting is refused", pointer: "/greeting")))
            #expect(await manager.settingsInForce(of: bench.id)?["greeting"] == "first")
        }
    }

    @Test("a plugin begins with the settings last applied, also under a new agent", .tags(.R22))
    func remembersSettings() async throws {
        let directory = try TemporaryDirectory()
        let first = try PluginBench.fixture(directory: directory)
        try await first.run { manager in
            #expect(await manager.apply(["greeting": "kept"], to: first.id) == .applied)
        }
        let second = try PluginBench.fixture(directory: directory)
        try await second.run { _ in
            try await second.waitUntil(.running)
            let report = try await second.report
            #expect(report.instances.first?.details == ["greeting": "kept"])
        }
    }

    @Test("emitted events reach the delegate in order, and the task ends after they are stored", .tags(.R16, .R22))
    func emitsEvents() async throws {
        let bench = try PluginBench.fixture()
        try await bench.run { _ in
            let update = try await bench.perform("emit", #"{"count": 3000}"#)
            #expect(update.state == .succeeded)
            #expect(String(decoding: update.result, as: UTF8.self) == #"{"emitted":3000}"#)
            let events = bench.recorder.heard.events
            #expect(events.map(\.text) == (1...3000).map { "number \($0)" })
            #expect(Set(events.map(\.id)).count == 3000)
            #expect(events.allSatisfy { $0.application == bench.id && $0.severity == .info })
        }
    }

    @Test("a task reports progress and its result", .tags(.R14, .R22))
    func reportsProgress() async throws {
        let bench = try PluginBench.fixture()
        try await bench.run { _ in
            let update = try await bench.perform("count", #"{"steps": 4, "milliseconds": 20}"#)
            #expect(update.state == .succeeded)
            #expect(String(decoding: update.result, as: UTF8.self) == #"{"steps":4}"#)
            let progress = bench.recorder.heard.updates.compactMap { update in
                if case .running(let percent, _) = update.state { percent } else { nil }
            }
            #expect(
                !progress.isEmpty && progress == progress.sorted() && progress.allSatisfy { (1...100).contains($0) })
        }
    }

    @Test("a running task is cancelled", .tags(.R14, .R18))
    func cancelsTask() async throws {
        let bench = try PluginBench.fixture()
        try await bench.run { manager in
            let run = try await bench.start("count", #"{"steps": 100000, "milliseconds": 10}"#)
            #expect(await manager.cancelTask(runID: run, application: bench.id) == .done)
            let end = try await bench.end(of: run)
            #expect(end.state == .cancelled)
        }
    }

    @Test("task parameters are checked against the manifest before the plugin sees them", .tags(.R22))
    func checksParameters() async throws {
        let bench = try PluginBench.fixture()
        try await bench.run { _ in
            await #expect(throws: Failure.self) { try await bench.perform("count", #"{"steps": "many"}"#) }
            await #expect(throws: Failure.self) { try await bench.perform("no-such-task") }
            #expect(bench.recorder.heard.updates.isEmpty)
        }
    }

    @Test("the application is stopped and started", .tags(.R18, .R22))
    func controls() async throws {
        let bench = try PluginBench.fixture()
        try await bench.run { manager in
            #expect(await manager.control(bench.id, instance: nil, .stop) == .done)
            let stopped = try await bench.report
            #expect(stopped.instances.map(\.state) == [.stopped])
            #expect(await manager.control(bench.id, instance: nil, .start) == .done)
            let started = try await bench.report
            #expect(started.instances.map(\.state) == [.running])
        }
    }

    @Test("statistics carry the manifest's units; a series it does not name is left out and counted", .tags(.R15, .R22))
    func readsStatistics() async throws {
        let bench = try PluginBench.fixture()
        try await bench.run { manager in
            _ = try await bench.perform("emit", #"{"count": 7}"#)
            let values = await manager.statistics().flatMap(\.values)
            #expect(values.map(\.name) == ["events.emitted", "running"])
            #expect(values.first?.value == 7)
            #expect(values.first?.kind == .counter && values.first?.startTime == 1 && values.first?.unit == "1")
            let report = try await bench.report
            #expect(report.health.lastRefusal?.contains("not.in.manifest") == true)
        }
    }

    @Test("a refresh reads the state again now", .tags(.R13))
    func refreshes() async throws {
        let bench = try PluginBench.fixture()
        try await bench.run { manager in
            try await bench.waitUntil(.running)
            let before = bench.recorder.heard.stateChanges
            await manager.refresh()
            try await bench.recorder.wait("a state change is said") { $0.stateChanges > before }
        }
    }

    @Test("no process of a plugin is left after the shutdown", .tags(.R21))
    func leavesNothingBehind() async throws {
        let bench = try PluginBench.fixture()
        await bench.manager.start()
        try await bench.waitUntil(.running)
        let pid = try #require(try await bench.report.health.pid)
        await bench.manager.shutdown()
        #expect(Process.isGone(pid))
        #expect(bench.recorder.heard.ends.isEmpty, "an end that was asked for is none to report")
    }
}
