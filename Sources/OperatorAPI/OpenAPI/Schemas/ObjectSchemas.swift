import DesiredState
import Manifests

/// The frame that every object has, and what is said about failures.
enum ObjectSchemas {
    static let components: [String: JSONValue] = ["Metadata": metadata, "Problem": problem]

    private static let metadata = Schema.object(
        ["name": Schema.text, "uid": Schema.uid, "labels": Schema.texts(), "revision": Schema.count],
        required: ["name"])

    private static let problem = Schema.object(
        [
            "type": ["type": "string", "pattern": "^urn:martlet:error:[a-z0-9-]+$"], "title": Schema.text,
            "status": Schema.integer(400...599), "detail": Schema.text,
            "errors": Schema.list(
                of: Schema.object(
                    [
                        "file": Schema.text, "line": Schema.count, "path": Schema.text, "expected": Schema.text,
                        "got": Schema.text,
                    ], required: ["path", "expected", "got"])),
        ], required: ["type", "title", "status", "detail"])

    /// An object of these kinds as answers show it.
    static func shown(_ kinds: String..., spec: JSONValue? = nil, status: JSONValue? = nil) -> JSONValue {
        var members: [String: JSONValue] = [
            "apiVersion": ["const": .string(Manifest.apiVersion)], "kind": Schema.choice(kinds),
            "metadata": Schema.component("Metadata"),
        ]
        members["spec"] = spec
        members["status"] = status
        return Schema.object(members)
    }

    /// One page of a list.
    static func page(of component: String) -> JSONValue {
        Schema.object(
            ["items": Schema.list(of: Schema.component(component)), "next": Schema.text], required: ["items"])
    }
}
