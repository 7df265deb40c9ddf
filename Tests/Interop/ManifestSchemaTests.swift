import DesiredState
import Foundation
import TestStage
import Testing

/// The JSON Schema of manifests in the hands of a validator that nobody here wrote.
@Suite(.enabled(if: PythonEnvironment.isThere, Comment(rawValue: PythonEnvironment.reason)))
struct ManifestSchemaTests {
    private static let head = "apiVersion: martlet/v1\nmetadata: {name: m}\n"
    private static let good = [
        "kind: Group\nspec: {parent: root, placement: [{labels: {role: db}}, {hostname: db-*, trustDeviceFacts: true}]}",
        "kind: Policy\nspec: {application: martlet.fixture, group: root, settings: {greeting: hello}}",
        """
        kind: Policy
        spec:
          application: martlet.linux
          group: root
          settings: {thresholds: {diskPercent: 80}}
          profiles: [{name: away, when: {outOfOffice: {unreachableFor: 1h}}, settings: {sampleSeconds: 300}}]
        """,
        "kind: Task\nspec: {application: martlet.fixture, task: emit, parameters: {count: 3}, scope: {group: root}}",
    ]
    private static let bad = [
        "kind: Group\nspec: {parent: root, sync: 5m}", "kind: Group\nspec: {parent: root, placement: []}",
        "kind: Policy\nspec: {application: martlet.linuks, group: root, settings: {}}",
        "kind: Policy\nspec: {application: martlet.linux, group: root, settings: {thresholds: {diskPercent: 8000}}}",
        "kind: Policy\nspec: {application: martlet.linux, group: root, settings: {colour: red}}",
        """
        kind: Policy
        spec:
          application: martlet.linux
          group: root
          settings: {}
          profiles: [{name: away, when: {outOfOffice: {unreachableFor: 1h}}, settings: {sampleSeconds: soon}}]
        """,
        "kind: ApplicationSettings\nspec: {application: martlet.linux, device: d, settings: {sampleSeconds: soon}}",
        "kind: Task\nspec: {application: martlet.fixture, task: emitt, scope: {group: root}}",
        "kind: Task\nspec: {application: martlet.fixture, task: emit, parameters: {count: many}, scope: {group: root}}",
        "kind: Nothing\nspec: {}",
    ]

    private func check(_ texts: [String], against schema: String, in stage: Stage) async throws -> [JSONValue] {
        let files = try texts.enumerated().map { index, text in
            try stage.write("manifest-\(index).yaml", Self.head + text + "\n")
            return stage.path("manifest-\(index).yaml")
        }
        let outcome = try await Outcome.of(
            PythonEnvironment.program("python"),
            [PythonEnvironment.script("Peers/check_manifests.py"), schema] + files)
        try outcome.expect(0)
        return try outcome.output.split(separator: "\n").map { try JSONValue(parsing: $0.utf8) }
    }

    @Test("an editor accepts what apply accepts, and marks wrong fields, settings and parameters", .tags(.R24))
    func editor() async throws {
        let stage = try Stage(plugins: [.fixture, .linux])
        let server = try await stage.server()
        let schema = try await server.martlet(["schema"])
        try schema.expect(0)
        try stage.write("martlet.schema.json", schema.output)
        let path = stage.path("martlet.schema.json")
        let accepted = try await check(Self.good, against: path, in: stage)
        #expect(accepted.count == Self.good.count)
        for answer in accepted { #expect(answer["problems"] == [], "\(answer)") }
        let refused = try await check(Self.bad, against: path, in: stage)
        #expect(refused.count == Self.bad.count)
        for (text, answer) in zip(Self.bad, refused) {
            #expect(answer["problems"]?.arrayValue?.isEmpty == false, "accepted: \(text)")
        }
        await server.stop()
    }
}
