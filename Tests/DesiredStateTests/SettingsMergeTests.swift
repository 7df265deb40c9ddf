import DesiredState
import Testing

@Suite struct SettingsMergeTests {
    @Test func `objects merge by key, arrays and scalars replace, null is a value`() {
        let merged = SettingsMerge.merge([
            ["a": 1, "list": [1, 2], "deep": ["x": 1, "y": 2], "gone": 5],
            ["list": [3], "deep": ["y": 9], "gone": .null],
        ])
        #expect(merged == ["a": 1, "list": [3], "deep": ["x": 1, "y": 9], "gone": .null])
    }

    @Test func `merging is associative over chains of layers`() {
        var random = Seeded(state: 42)
        for _ in 0..<500 {
            let (a, b, c) = (Self.layer(&random, 3), Self.layer(&random, 3), Self.layer(&random, 3))
            #expect(
                SettingsMerge.merge(SettingsMerge.merge(a, with: b), with: c)
                    == SettingsMerge.merge(a, with: SettingsMerge.merge(b, with: c)))
        }
    }

    /// An object: layers of settings always are.
    private static func layer(_ random: inout Seeded, _ depth: Int) -> JSONValue {
        var object: [String: JSONValue] = [:]
        for key in ["a", "b", "c"] where Bool.random(using: &random) {
            // A key is an object in all layers or in none, as a schema has it.
            object[key] =
                key == "a" && depth > 0 ? layer(&random, depth - 1) : .integer(Int64.random(in: 0..<9, using: &random))
        }
        return .object(object)
    }
}

struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 33)
    }
}
