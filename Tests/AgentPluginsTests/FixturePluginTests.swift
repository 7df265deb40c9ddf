import AgentPlugins
import DesiredState
import Testing

/// The interface end to end: manager, link, host process, C plugin.
@Suite(.serialized)
struct FixturePluginTests {
    @Test("a plugin in C reports its state through its host", .tags(.R13, .R21, .R22, .R25))
    func reportsState() async throws {
        let bench = try FixtureBench()
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
        let bench = try FixtureBench()
        try await bench.run { manager in
            let outcome = await manager.apply(["greeting": "good day"], to: FixtureBench.id)
            #expect(outcome == .applied)
            let inForce = await manager.settingsInForce(of: FixtureBench.id)
            #expect(inForce?["greeting"] == "good day")
            #expect(inForce?["misbehaveIn"] == "none", "defaults of the schema are filled in")
        }
    }

    @Test("emitted events reach the delegate in order, and the task ends after they are stored", .tags(.R16, .R22))
    func emitsEvents() async throws {
        let bench = try FixtureBench()
        try await bench.run { _ in
            let update = try await bench.perform("emit", #"{"count": 3000}"#)
            #expect(update.state == .succeeded)
            #expect(String(decoding: update.result, as: UTF8.self) == #"{"emitted":3000}"#)
            let events = bench.recorder.heard.events
            #expect(events.map(\.text) == (1...3000).map { "number \($0)" })
            #expect(Set(events.map(\.id)).count == 3000)
            #expect(events.allSatisfy { $0.application == FixtureBench.id && $0.severity == .info })
        }
    }
}
