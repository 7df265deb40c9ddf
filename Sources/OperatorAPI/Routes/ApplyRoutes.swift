import DesiredState
import Hummingbird
import Manifests
import ServerCore

/// `POST /apply`: manifests in YAML or JSON, all or none. `file` names the text in errors.
enum ApplyRoutes {
    static let endpoints = [
        Endpoint(
            .post, "apply", id: "apply", .changing(.admin, dryRun: .read), "Apply manifests, all or none.",
            query: [
                EndpointParameter("dryRun", "Check everything and change nothing.", Schema.choice(["true", "false"])),
                EndpointParameter("file", "What errors call the text.", Schema.filled),
                EndpointParameter("set", "The set that the manifests make up together.", Schema.name),
                EndpointParameter(
                    "prune", "Delete what belongs to the set and is not named any more.",
                    Schema.choice(["true", "false"])), EndpointParameter.confirmDevices,
            ],
            body: .manifests(manifests), answer: .json(result, "What it changed."),
            failures: [.conflict, .precondition], handler: apply)
    ]

    /// One document of the text: a manifest, a list as `get -o yaml` prints it, or only comments.
    private static let manifests: JSONValue = [
        "anyOf": [
            Schema.component("Manifest"),
            Schema.object(
                ["items": Schema.list(of: Schema.component("Manifest")), "next": [:]], required: ["items"]),
            ["type": "null"],
        ]
    ]

    private static let result = Schema.object([
        "dryRun": Schema.bool, "devices": Schema.count, "moved": Schema.count,
        "moves": Schema.list(
            of: Schema.object([
                "device": Schema.uid, "hostname": Schema.text, "from": Schema.name, "to": Schema.name,
                "because": Schema.text,
            ])),
        "conflicting": Schema.count,
        "conflicts": Schema.list(
            of: Schema.object(
                [
                    "kind": Schema.choice(ManifestKind.allCases.map(\.rawValue)), "name": Schema.text,
                    "profile": Schema.text, "path": Schema.text, "value": [:], "inForce": [:],
                    "lock": Schema.text, "lockedBy": Schema.text,
                    "cause": Schema.choice(LockConflict.Cause.allCases.map(\.rawValue)),
                ], required: ["kind", "name", "path", "lock", "lockedBy", "cause"])),
        "changes": Schema.list(
            of: Schema.object([
                "kind": Schema.choice(ManifestKind.allCases.map(\.rawValue)), "name": Schema.text,
                "action": Schema.choice(["created", "changed", "unchanged", "deleted"]),
                "differences": Schema.list(
                    of: Schema.object(["path": Schema.text, "from": [:], "to": [:]], required: ["path"])),
            ])),
    ])

    private static func apply(_ call: EndpointCall) async throws -> Response {
        let dryRun = try call.query.flag("dryRun")
        let text = try await BodyReader.text(call.request)
        // Nothing at all is a file that was not found or a pipe that broke; a text that says nothing is one that says so.
        guard !text.isEmpty else { throw BodyReader.wrong("", "manifests", "nothing") }
        let manifests = try ManifestDecoder.decode(text, file: call.query.text("file"))
        let request = ApplyRequest(
            dryRun: dryRun, set: try set(call.query), prune: try call.query.flag("prune"),
            confirmedDevices: try call.query.confirmedDevices())
        guard request.set != nil || !request.prune else {
            throw QueryReader.wrong("set", "a name: only what belongs to a set is pruned", "nothing")
        }
        let result = try await call.services.declarations.apply(manifests, request, by: call.identity)
        return JSONResponse.make(
            [
                "dryRun": .bool(dryRun), "devices": .integer(Int64(result.devices)),
                "moved": .integer(Int64(result.moved)), "moves": .array(result.moves.map(json)),
                "conflicting": .integer(Int64(result.conflicting)),
                "conflicts": .array(result.conflicts.map(json)),
                "changes": .array(
                    result.changes.map { change in
                        [
                            "kind": .string(change.kind.rawValue), "name": .string(change.name),
                            "action": .string(change.action.rawValue),
                            "differences": .array(change.differences.map(json)),
                        ]
                    }),
            ])
    }

    private static func set(_ query: QueryReader) throws -> String? {
        guard let name = query.text("set") else { return nil }
        guard ResourceName.isValid(name) else { throw QueryReader.wrong("set", ResourceName.rule, name) }
        return name
    }

    private static func json(_ move: DeviceMove) -> JSONValue {
        [
            "device": .string("\(move.device)"), "hostname": .string(move.hostname), "from": .string(move.from),
            "to": .string(move.to), "because": .string(move.reason),
        ]
    }

    private static func json(_ conflict: LockConflict) -> JSONValue {
        .object(
            fields: [
                "kind": .string(conflict.kind.rawValue), "name": .string(conflict.name),
                "profile": conflict.profile.map { .string($0) }, "path": .string("\(conflict.path)"),
                "value": conflict.value, "inForce": conflict.inForce, "lock": .string("\(conflict.lock.path)"),
                "lockedBy": .string(conflict.lock.holder), "cause": .string(conflict.cause.rawValue),
            ])
    }

    private static func json(_ difference: JSONDifference) -> JSONValue {
        .object(fields: ["path": .string(difference.path), "from": difference.from, "to": difference.to])
    }
}
