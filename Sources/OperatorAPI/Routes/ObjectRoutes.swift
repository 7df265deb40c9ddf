import DesiredState
import Hummingbird
import Manifests
import ServerCore

/// `/groups`, `/policies`, `/tasks` and `/remote-configs`: list, read, change, delete.
struct ObjectRoutes {
    let services: OperatorServices

    func add(to api: RouterGroup<OperatorContext>) {
        for kind in [ManifestKind.group, .policy, .task, .remoteConfig] {
            let collection = RouterPath(kind.collection)
            let one = RouterPath(kind.collection + "/:name")
            api.get(collection) { request, context in try await list(kind, request, context) }
            api.get(one) { request, context in try await read(kind, request, context) }
            api.patch(one) { request, context in try await change(kind, request, context) }
            api.delete(one) { request, context in try await delete(kind, context) }
        }
    }

    private func list(_ kind: ManifestKind, _ request: Request, _ context: OperatorContext) async throws -> Response {
        _ = try context.require(.read)
        let query = try QueryReader(request, allowing: ["limit", "after"])
        let page = try await services.queries.objects(kind, page: query.page())
        return JSONResponse.list(page.items.map(ObjectJSON.declared), next: page.last.map(Cursor.encode))
    }

    private func read(_ kind: ManifestKind, _ request: Request, _ context: OperatorContext) async throws -> Response {
        _ = try context.require(.read)
        _ = try QueryReader(request)
        return try await show(kind, context.parameters.require("name"))
    }

    private func show(_ kind: ManifestKind, _ name: String) async throws -> Response {
        let object = try await services.queries.object(kind, name: name)
        return JSONResponse.make(ObjectJSON.declared(object), revision: object.revision)
    }

    private func change(_ kind: ManifestKind, _ request: Request, _ context: OperatorContext) async throws -> Response {
        let identity = try context.require(.admin)
        let name = try context.parameters.require("name")
        let body = try await BodyReader.object(request, allowing: ["spec"])
        _ = try await services.declarations.patch(
            kind, name: name, with: body["spec"] ?? .object([:]), revision: try IfMatch.revision(request), by: identity)
        return try await show(kind, name)
    }

    private func delete(_ kind: ManifestKind, _ context: OperatorContext) async throws -> Response {
        let identity = try context.require(.admin)
        try await services.declarations.delete(kind, name: context.parameters.require("name"), by: identity)
        return Response(status: .noContent)
    }
}
