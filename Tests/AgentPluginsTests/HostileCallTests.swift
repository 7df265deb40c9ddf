import AgentPlugins
import DesiredState
import PluginTestBench
import Testing

/// Hangs and crashes in each call: the process of that plugin is ended, why is said, and the other plugin goes on.
@Suite(.serialized, .tags(.R23))
struct HostileCallTests {
    /// The calls in which a plugin can misbehave, and what people read about them.
    static let calls = [
        "create": "create", "init": "init", "activate": "activate", "validate": "validate settings",
        "apply": "apply settings", "readSettings": "read settings", "readState": "read state", "control": "control",
        "startTask": "start task", "cancelTask": "cancel task", "statistics": "read statistics",
    ]

    @Test("a hang costs the plugin its process, and is said with the call", arguments: calls.keys.sorted())
    func hangs(call: String) async throws {
        try await misbehave("hang", in: call) { end in
            end.reason?.contains("\(Self.calls[call] ?? "?") has not returned in 2 s") == true
        }
    }

    @Test("a crash is said with its signal", arguments: calls.keys.sorted())
    func crashes(call: String) async throws {
        try await misbehave("crash", in: call) { $0.cause == .signalled(6) }
    }

    @Test("endless output ends the call in which it is printed", arguments: ["readState", "startTask"])
    func prints(call: String) async throws {
        try await misbehave("output", in: call) { $0.lastLines.contains { $0.contains("endless output") } }
    }

    @Test(
        "a plugin that hangs or crashes on its way down is gone after the shutdown",
        arguments: [
            "deactivate", "destroy",
        ], ["hang", "crash", "callLater"])
    func endsBadly(call: String, how: String) async throws {
        let bench = try PluginBench.fixture(configure: impatient)
        await bench.manager.start()
        #expect(
            await bench.manager.apply(["misbehaveIn": .string(call), "misbehaveHow": .string(how)], to: bench.id)
                == .applied)
        let pid = try #require(try await bench.report.health.pid)
        await bench.manager.shutdown()
        #expect(Process.isGone(pid))
        #expect(bench.recorder.heard.ends.isEmpty, "an end that was asked for is none to report")
    }

    @Test(
        "a sink used by another thread, or after its call, takes nothing and ends nobody",
        arguments: [
            "otherThread", "lateThread",
        ])
    func misusesSink(how: String) async throws {
        let bench = try PluginBench.fixture(configure: impatient)
        try await bench.run { manager in
            #expect(await manager.apply(["misbehaveHow": .string(how)], to: bench.id) == .applied)
            // The second call waits for the thread of the first.
            for _ in 0..<2 { await manager.refresh() }
            let report = try await bench.report
            #expect(report.instances.map(\.state) == [.running])
            #expect(report.health.state == .running && report.health.restarts == 0 && report.health.refusals == 0)
            _ = try await bench.perform("crash")
            try await bench.recorder.wait("the end is reported") { !$0.ends.isEmpty }
            let lines = try #require(bench.recorder.heard.ends.first).lastLines
            #expect(lines.contains("fixture: the sink said 9 to another thread"), "\(lines)")
        }
    }

    private func misbehave(
        _ how: String, in call: String, _ expected: @escaping @Sendable (HostEnd) -> Bool
    ) async throws {
        let isEarly = ["create", "init"].contains(call)
        let local = isEarly ? ["misbehaveEarlyIn": call, "misbehaveEarlyHow": how] : [:]
        let bench = try PluginBench.fixture(local: local, configure: lessPatient)
        try Neighbour.install(beside: bench)
        try await bench.run { manager in
            let neighbour = try await Neighbour.meet(bench)
            if !isEarly { await provoke(how, in: call, bench) }
            try await bench.recorder.wait("the end is reported as expected") { $0.ends.contains(where: expected) }
            #expect(await neighbour.isWell(bench), "the other plugin goes on")
        }
    }

    /// Puts the misbehaviour in force and has the call made.
    private func provoke(_ how: String, in call: String, _ bench: PluginBench) async {
        let manager = bench.manager
        _ = await manager.apply(["misbehaveIn": .string(call), "misbehaveHow": .string(how)], to: bench.id)
        switch call {
        case "control": _ = await manager.control(bench.id, instance: nil, .stop)
        case "statistics": _ = await manager.statistics()
        case "readState": await manager.refresh()
        case "startTask", "cancelTask":
            let run = [UInt8](repeating: 7, count: 16)
            _ = await manager.startTask(
                runID: run, application: bench.id, task: "count", parameters: Array(#"{"steps": 100000}"#.utf8))
            _ = await manager.cancelTask(runID: run, application: bench.id)
        // Its settings are put in force first; the next start begins with them.
        case "activate": if let pid = try? await bench.report.health.pid { _ = Process.kill(pid) }
        default: break
        }
    }
}

/// As `impatient`, with time for the innocent.
private func lessPatient(_ configuration: inout PluginManagerConfiguration) {
    impatient(&configuration)
    configuration.deadlines.call = .seconds(2)
    configuration.deadlines.control = .seconds(2)
    configuration.deadlines.validate = .seconds(2)
}
