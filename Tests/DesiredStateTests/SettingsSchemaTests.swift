import DesiredState
import Testing

@Suite struct SettingsSchemaTests {
    private static let source: JSONValue = [
        "type": "object", "additionalProperties": false, "required": ["socket"],
        "properties": [
            "socket": ["type": "string", "pattern": "^/[a-z/._-]+$", "maxLength": 40],
            "detectPua": ["type": "boolean", "default": false],
            "maxFileSize": ["type": "integer", "minimum": 1, "maximum": 4096, "default": 25],
            "mode": ["enum": ["fast", "deep"]],
            "exclude": ["type": "array", "items": ["type": "string", "minLength": 1]],
            "limits": ["type": "object", "properties": ["files": ["type": "integer", "default": 10]]],
        ],
    ]

    @Test func `a violation names the path, what was expected and what is there`() throws {
        let schema = try SettingsSchema(json: Self.source)
        let found = schema.violations(in: [
            "socket": "relative", "detectPua": "yes", "maxFileSize": 5000, "mode": "slow", "exclude": ["", 3],
            "typo": 1,
        ])
        #expect(
            found.map(\.path) == [
                "/detectPua", "/exclude/0", "/exclude/1", "/maxFileSize", "/mode", "/socket", "/typo",
            ])
        #expect(found.first?.description == "/detectPua: expected boolean, got \"yes\"")
    }

    @Test func `a layer may leave out what another layer brings`() throws {
        let schema = try SettingsSchema(json: Self.source)
        #expect(schema.violations(in: [:]).map(\.path) == ["/socket"])
        #expect(schema.violations(in: [:], partial: true).isEmpty)
    }

    @Test func `defaults fill what is left out, at every level`() throws {
        let schema = try SettingsSchema(json: Self.source)
        #expect(
            schema.fillingDefaults(["socket": "/s"]) == [
                "socket": "/s", "detectPua": false, "maxFileSize": 25, "limits": ["files": 10],
            ])
    }

    @Test func `a keyword outside the subset is refused when the schema is loaded`() {
        #expect(
            throws: SchemaViolation(
                path: "/properties/a/oneOf", expected: "a keyword of the supported subset", got: "oneOf")
        ) {
            try SettingsSchema(json: ["properties": ["a": ["oneOf": []]]])
        }
    }

    @Test func `a schema that nests without end is refused`() throws {
        var schema: JSONValue = ["type": "object"]
        for _ in 0...SettingsSchema.maximumDepth { schema = ["properties": ["a": schema]] }
        let deep = schema
        #expect(throws: SchemaViolation.self) { try SettingsSchema(json: deep) }
    }
}
