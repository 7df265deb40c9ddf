import DesiredState
import Testing

struct SettingsDriftTests {
    private static func schema(_ text: String) throws -> SettingsSchema {
        try SettingsSchema(json: JSONValue(parsing: text))
    }

    @Test func `what is in force otherwise or not at all is drift, and what nobody applied is none`() throws {
        let drift = SettingsDrift.between(
            applied: ["a": 1, "b": ["c": "x", "d": [1, 2]], "e": [:]],
            inForce: ["a": 1, "b": ["c": "y"], "more": true], schema: SettingsSchema())
        #expect(drift.map { "\($0.path)" } == ["/b/c", "/b/d"])
        #expect(drift.map(\.text) == ["/b/c is \"y\", not \"x\"", "/b/d is not set, not [1,2]"])
        #expect(SettingsDrift.json(drift).arrayValue?[1] == ["path": "/b/d", "expected": "[1,2]"])
    }

    @Test func `numbers are compared by value`() {
        let drift = SettingsDrift.between(applied: ["a": 95], inForce: ["a": 95], schema: SettingsSchema())
        #expect(drift.isEmpty)
    }

    @Test func `a setting marked as secret shows neither value, nor does anything below it`() throws {
        let schema = try Self.schema(
            """
            {"type": "object", "properties": {
                "password": {"type": "string", "x-martlet-secret": true},
                "login": {"type": "object", "x-martlet-secret": true, "properties": {"key": {"type": "string"}}}}}
            """)
        let drift = SettingsDrift.between(
            applied: ["password": "swordfish", "login": ["key": "swordfish"]],
            inForce: ["password": "hunter2", "login": ["key": "hunter2"]], schema: schema)
        let said = SettingsDrift.text(drift) + CanonicalJSON.text(SettingsDrift.json(drift))
        #expect(drift.count == 2)
        #expect(!said.contains("swordfish") && !said.contains("hunter2"))
    }

    @Test func `an application that shows the value where a reference was applied does not get it told`() {
        let drift = SettingsDrift.between(
            applied: ["password": ["secret": "db"]], inForce: ["password": "hunter2"], schema: SettingsSchema())
        #expect(drift.map(\.text) == ["/password/secret is not set, not \"db\""])
    }

    @Test func `long values and many settings are told in short`() {
        let long = JSONValue.string(String(repeating: "x", count: 10_000))
        let applied = JSONValue.object(
            Dictionary(uniqueKeysWithValues: (0..<100).map { ("k\($0)", long) }))
        let drift = SettingsDrift.between(applied: applied, inForce: [:], schema: SettingsSchema())
        let text = SettingsDrift.text(drift)
        #expect(text.utf8.count < (SettingsDrift.longestValue + 40) * SettingsDrift.mostShown)
        #expect(text.hasSuffix("and 92 more"))
        #expect(SettingsDrift.json(drift).arrayValue?.count == SettingsDrift.mostShown)
    }
}
