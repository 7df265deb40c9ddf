import DesiredState
import Hummingbird
import Manifests
import ServerCore

/// `POST /apply`: manifests in YAML or JSON, all or none. `file` names the text in errors.
struct ApplyRoutes {
    let services: OperatorServices

    func add(to api: RouterGroup<OperatorContext>) { api.post("apply", use: apply) }

    @Sendable private func apply(_ request: Request, _ context: OperatorContext) async throws -> Response {
        let query = try QueryReader(request, allowing: ["dryRun", "file"])
        let dryRun = try query.flag("dryRun")
        let identity = try context.require(dryRun ? .read : .admin)
        let manifests = try ManifestDecoder.decode(try await BodyReader.text(request), file: query.text("file"))
        let result = try await services.declarations.apply(manifests, dryRun: dryRun, by: identity)
        return JSONResponse.make(
            [
                "dryRun": .bool(dryRun), "devices": .integer(Int64(result.devices)),
                "changes": .array(
                    result.changes.map { change in
                        [
                            "kind": .string(change.kind.rawValue), "name": .string(change.name),
                            "action": .string(change.action.rawValue),
                        ]
                    }),
            ])
    }
}
