import DesiredState
import Manifests
import ServerCore

/// The JSON Schema (2020-12) of a manifest, so that editors complete and check: with the settings and task parameters of
/// the applications that this server knows. What it accepts `apply` may still refuse: a group that is not there, say.
enum ManifestSchema {
    private static let reference = "#/components/schemas/"

    static func json(_ catalog: any ApplicationCatalog) -> JSONValue {
        let manifest = local(SpecSchemas.components["Manifest"] ?? [:])
        return .object([
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Martlet manifest",
            "oneOf": manifest["oneOf"] ?? [],
            "allOf": .array(applications(catalog)),
            "$defs": ["Condition": local(PolicySchemas.condition)],
        ])
    }

    /// References as a document of its own has them.
    private static func local(_ schema: JSONValue) -> JSONValue {
        switch schema {
        case .object(let members):
            .object(
                Dictionary(
                    uniqueKeysWithValues: members.map { key, value in
                        guard key == "$ref", let target = value.stringValue, target.hasPrefix(reference) else {
                            return (key, local(value))
                        }
                        return (key, .string("#/$defs/" + target.dropFirst(reference.count)))
                    }))
        case .array(let elements): .array(elements.map(local))
        default: schema
        }
    }

    private static func applications(_ catalog: any ApplicationCatalog) -> [JSONValue] {
        let kinds = [ManifestKind.secret, .policy, .task, .applicationSettings].map { JSONValue.string($0.rawValue) }
        let known: JSONValue = ["enum": .array(catalog.applications.map { .string($0) })]
        let named = when(["kind": ["enum": .array(kinds)]], then: spec(["application": known]))
        return [named] + catalog.applications.flatMap { application($0, catalog) }
    }

    private static func application(_ id: String, _ catalog: any ApplicationCatalog) -> [JSONValue] {
        let settings = catalog.schema(of: id)?.json(partial: true) ?? [:]
        let profiles: JSONValue = ["items": ["properties": ["settings": settings]]]
        let tasks = catalog.tasks(of: id)
        return [
            when(["kind": kind(.policy), "spec": at(id)], then: spec(["settings": settings, "profiles": profiles])),
            when(["kind": kind(.applicationSettings), "spec": at(id)], then: spec(["settings": settings])),
            when(
                ["kind": kind(.task), "spec": at(id)],
                then: spec(["task": ["enum": .array(tasks.map { .string($0) })]])),
        ]
            + tasks.map { task in
                let parameters = catalog.parameters(of: task, in: id)?.json() ?? [:]
                return when(
                    ["kind": kind(.task), "spec": at(id, task)], then: spec(["parameters": parameters]))
            }
    }

    private static func kind(_ kind: ManifestKind) -> JSONValue { ["const": .string(kind.rawValue)] }

    private static func at(_ application: String, _ task: String? = nil) -> JSONValue {
        var members: [String: JSONValue] = ["application": ["const": .string(application)]]
        members["task"] = task.map { ["const": .string($0)] }
        return required(members)
    }

    private static func spec(_ members: [String: JSONValue]) -> JSONValue {
        ["properties": ["spec": ["properties": .object(members)]]]
    }

    private static func when(_ members: [String: JSONValue], then: JSONValue) -> JSONValue {
        ["if": required(members), "then": then]
    }

    private static func required(_ members: [String: JSONValue]) -> JSONValue {
        [
            "properties": .object(members), "required": .array(members.keys.sorted().map { .string($0) }),
        ]
    }
}
