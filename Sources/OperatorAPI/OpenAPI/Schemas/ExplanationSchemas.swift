import DesiredState

/// Why settings on a device are what they are.
enum ExplanationSchemas {
    static let components: [String: JSONValue] = ["PolicyExplanation": explanation]

    private static let explanation = Schema.object([
        "device": Schema.uid, "application": Schema.text, "settings": Schema.list(of: setting),
        "profiles": Schema.list(
            of: Schema.object(["name": Schema.name, "policy": Schema.name, "active": Schema.bool])),
    ])

    private static let setting = Schema.object(
        [
            "path": Schema.text, "value": [:], "source": source, "lockedBy": Schema.text, "inForce": [:],
            "overridden": Schema.list(
                of: Schema.object(
                    ["path": Schema.text, "value": [:], "source": source, "lockedBy": Schema.text],
                    required: ["path", "value", "source"])),
        ], required: ["path", "source"])

    private static let source = Schema.object(
        [
            "kind": Schema.choice(["Default", "Policy", "Profile", "ApplicationSettings", "Local"]),
            "name": Schema.text, "policy": Schema.text,
        ], required: ["kind"])
}
