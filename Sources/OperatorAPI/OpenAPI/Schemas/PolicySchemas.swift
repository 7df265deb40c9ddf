import DesiredState
import Manifests

/// What a policy says.
enum PolicySchemas {
    static let policy = Schema.object(
        [
            "application": Schema.text, "group": Schema.group, "settings": Schema.anything, "locks": locks,
            "profiles": [
                "type": "array", "items": profile, "minItems": 1, "maxItems": .integer(Int64(SpecLimits.profiles)),
            ], "active": Schema.bool,
        ], required: ["application", "group", "settings"])

    private static let profile = Schema.object(
        [
            "name": Schema.name, "when": Schema.component("Condition"), "settings": Schema.anything, "locks": locks,
        ], required: ["name", "when", "settings"])

    /// JSON pointers.
    private static let locks: JSONValue = [
        "type": "array", "items": ["type": "string", "pattern": "^(/([^~/]|~0|~1)*)*$"],
        "maxItems": .integer(Int64(SpecLimits.locks)),
    ]

    static let condition: JSONValue = {
        let inner = Schema.component("Condition")
        let several: JSONValue = [
            "type": "array", "items": inner, "minItems": 1, "maxItems": .integer(Int64(SpecLimits.profiles)),
        ]
        var schema =
            Schema.object(
                [
                    "labels": Schema.texts(), "network": network, "not": inner, "all": several, "any": several,
                    "outOfOffice": Schema.object(
                        ["unreachableFor": Schema.duration, "network": network], required: []),
                ], required: []
            ).objectValue ?? [:]
        schema["minProperties"] = 1
        return .object(schema)
    }()

    private static let network = Schema.object(
        [
            "name": Schema.text,
            "subnets": [
                "type": "array", "items": Schema.filled, "minItems": 1, "maxItems": .integer(Int64(SpecLimits.subnets)),
            ],
        ], required: ["subnets"])
}
