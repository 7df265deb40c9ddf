import FleetSimulator
import Foundation
import Testing

@Suite struct ScenarioTests {
    private static func parse(_ text: String) throws -> Scenario {
        try Scenario.parse(Array(text.utf8), file: "fleet.yaml")
    }

    @Test func `a name and steps are enough, everything else has a default`() throws {
        let scenario = try Self.parse("name: a\nsteps: [{wait: connected}, {rest: 2m}]\n")
        #expect(scenario.devices == 100)
        #expect(scenario.steps == [.wait(.connected, atMost: 300_000_000), .rest(120_000_000)])
    }

    @Test func `every kind of step and of trouble can be said`() throws {
        let scenario = try Self.parse(
            """
            name: all
            devices: 7
            arrive: 1h
            software: 0
            wake: true
            troubles: {clones: 1, skewedClocks: {share: 0.5, by: 3h}, stalled: 2, slow: 3}
            steps:
              - emit: {count: 9, perSecond: 3, bytes: 20, severity: 4}
              - operate: [get, devices]
              - cut: 0.25
              - pause: look
            """)
        var emission = Scenario.Emission(count: 9)
        emission.perSecond = 3
        emission.bytes = 20
        emission.severity = 4
        #expect(scenario.steps == [.emit(emission), .operate(["get", "devices"]), .cut(0.25), .pause("look")])
        #expect(scenario.troubles.skew == 10_800_000_000)
        #expect(scenario.troubles.slow == 3)
    }

    @Test(
        "an error names file, line, field, what was expected and what is there",
        arguments: [
            ("name: a\nsteps:\n  - wait: awake\n", "fleet.yaml:3:", "/steps/0/wait", "connected, reconnected"),
            ("name: a\nsteps:\n  - {rest: 5s, cut: 1}\n", "fleet.yaml:3:", "/steps/0", "rest and cut"),
            ("name: a\nsteps: [{rest: 5}]\n", "fleet.yaml:2:", "/steps/0/rest", "30s"),
            ("name: a\nsteps: [{cut: 2}]\n", "fleet.yaml:2:", "/steps/0/cut", "from 0 to 1"),
            ("name: a\ndevices: 1000001\nsteps: []\n", "fleet.yaml:2:", "/devices", "1 to 1000000"),
            ("name: a\nsteps: [{emit: {count: 1, bytes: 8001}}]\n", "fleet.yaml:2:", "/bytes", "0 to 8000"),
            ("steps: []\n", "fleet.yaml:1:", "/name", "nothing"),
        ])
    func error(text: String, place: String, path: String, words: String) {
        #expect { try Self.parse(text) } throws: { error in
            let description = "\(error)"
            return description.hasPrefix(place) && description.contains(path) && description.contains(words)
        }
    }

    @Test func `the scenarios that ship can be read`() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Benchmarks/Fleet/scenarios")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".yaml") && !$0.hasSuffix(".manifest.yaml") }
        #expect(files.count >= 10)
        for file in files {
            let scenario = try Scenario.read(folder.appendingPathComponent(file).path)
            #expect(file == "\(scenario.name).yaml")
        }
    }
}
