import AgentPlugins
import DesiredState
import FoundationEssentials
import LinuxManagement
import PluginTestBench
import Testing

/// The plugin on this machine, under a real host.
@Suite(.serialized)
struct LinuxPluginTests {
    private static let id = "martlet.linux"

    /// Other thresholds off: the machine that tests may be busy, or full.
    private static func onlyMemory(_ percent: Double) -> JSONValue {
        ["memoryPercent": .number(percent), "cpuPercent": 0, "diskPercent": 0, "loadPerCPU": 0]
    }

    @Test("a Swift plugin reports figures of this machine", .tags(.R15, .R22, .R25))
    func reportsStatistics() async throws {
        let bench = try PluginBench("Linux", id: Self.id)
        try await bench.run { manager in
            try await bench.waitUntil(.running)
            let values = await manager.statistics().flatMap(\.values)
            let memory = try #require(values.first { $0.name == "memory.total" })
            #expect(memory.value > 1_000_000 && memory.unit == "By" && memory.kind == .gauge)
            let busy = try #require(values.first { $0.name == "cpu.busy" })
            #expect(busy.value > 0 && busy.kind == .counter && busy.startTime > 0)
            #expect(values.contains { $0.name == "load.1m" })
            let report = try await bench.report
            #expect(report.health.refusals == 0, "everything it says is in its manifest")
        }
    }

    @Test("a threshold of the policy makes an event, and lifting it another state", .tags(.R16, .R22))
    func passesThreshold() async throws {
        let bench = try PluginBench("Linux", id: Self.id)
        try await bench.run { manager in
            // Every machine uses more than a thousandth of its memory.
            let outcome = await manager.apply(["thresholds": Self.onlyMemory(0.1)], to: Self.id)
            #expect(outcome == .applied)
            try await bench.recorder.wait("threshold.exceeded") {
                $0.events.contains { $0.type == "threshold.exceeded" }
            }
            let event = try #require(bench.recorder.heard.events.first)
            #expect(event.severity == .warning && event.text.hasPrefix("memory is at "))
            let data = try JSONValue(parsing: event.data)
            #expect(data["threshold"] == .number(0.1))
            try await bench.wait("state is degraded") { $0.instances.map(\.state) == [.degraded] }
            #expect(await manager.apply(["thresholds": Self.onlyMemory(0)], to: Self.id) == .applied)
            try await bench.wait("state is running") { $0.instances.map(\.state) == [.running] }
        }
    }

    @Test("facts about the machine are collected", .tags(.R14, .R22))
    func collectsFacts() async throws {
        let bench = try PluginBench("Linux", id: Self.id)
        try await bench.run { _ in
            let update = try await bench.perform("collect-facts")
            #expect(update.state == .succeeded)
            let facts = try JSONDecoder().decode(MachineFacts.self, from: Data(update.result))
            #expect(facts.processors > 0 && facts.memory > 1 << 20 && !facts.kernel.isEmpty)
        }
    }

    @Test("settings of the wrong shape are refused with their place", .tags(.R22))
    func refusesSettings() async throws {
        let bench = try PluginBench("Linux", id: Self.id)
        try await bench.run { manager in
            let outcome = await manager.apply(["thresholds": ["cpuPercent": 150]], to: Self.id)
            #expect(
                outcome
                    == .failed(ApplyProblem(reason: "expected at most 100, got 150", pointer: "/thresholds/cpuPercent"))
            )
        }
    }
}
