import DesiredState
import Hummingbird
import Manifests
import ServerCore

/// `/groups`, `/secrets`, `/policies`, `/tasks`, `/remote-configs`, `/trust-documents`, `/plugin-packages` and `/application-settings`: list, read, change, delete.
enum ObjectRoutes {
    static let endpoints = [
        ManifestKind.group, .secret, .policy, .task, .remoteConfig, .trustDocument, .pluginPackage,
        .applicationSettings,
    ].flatMap(endpoints)

    private static func endpoints(_ kind: ManifestKind) -> [Endpoint] {
        let one = kind.collection + "/{name}"
        let object = Schema.component(kind.rawValue)
        return [
            Endpoint(
                .get, kind.collection, id: "list\(plural(kind))", .role(.read),
                "List them by name.",
                query: EndpointParameter.page, answer: .json(ObjectSchemas.page(of: kind.rawValue), "One page.")
            ) { try await list(kind, $0) },
            Endpoint(
                .get, one, id: "get\(kind.rawValue)", .role(.read), "Show one.",
                answer: .json(object, "The object.", revision: true)
            ) { try await show(kind, $0.path("name"), $0) },
            Endpoint(
                .patch, one, id: "patch\(kind.rawValue)", .role(.admin), "Change one.",
                query: [EndpointParameter.confirmDevices], headers: [EndpointParameter.ifMatch],
                body: .patch(SpecSchemas.spec(kind)),
                answer: .json(object, "The object as it is now.", revision: true),
                failures: [.conflict, .precondition]
            ) { try await change(kind, $0) },
            Endpoint(
                .delete, one, id: "delete\(kind.rawValue)", .role(.admin), "Delete one.",
                query: [EndpointParameter.confirmDevices], answer: .deleted, failures: [.conflict, .precondition]
            ) { try await delete(kind, $0) },
        ]
    }

    private static func plural(_ kind: ManifestKind) -> String {
        switch kind {
        case .policy: "Policies"
        case .applicationSettings: kind.rawValue
        default: kind.rawValue + "s"
        }
    }

    private static func list(_ kind: ManifestKind, _ call: EndpointCall) async throws -> Response {
        let page = try await call.services.queries.objects(kind, page: call.query.page())
        let deployment = try await call.services.queries.deployment(of: page.items)
        return JSONResponse.list(
            page.items.map { ObjectJSON.declared($0, deployment: deployment[$0.name]) },
            next: page.last.map(Cursor.encode))
    }

    private static func show(_ kind: ManifestKind, _ name: String, _ call: EndpointCall) async throws -> Response {
        let object = try await call.services.queries.object(kind, name: name)
        let deployment = try await call.services.queries.deployment(of: [object])
        return JSONResponse.make(
            ObjectJSON.declared(object, deployment: deployment[name]), revision: object.revision)
    }

    private static func change(_ kind: ManifestKind, _ call: EndpointCall) async throws -> Response {
        let name = try call.path("name")
        let body = try await call.body()
        _ = try await call.services.declarations.patch(
            kind, name: name, with: body["spec"] ?? .object([:]), revision: try IfMatch.revision(call.request),
            confirmedDevices: try call.query.confirmedDevices(), by: call.identity)
        return try await show(kind, name, call)
    }

    private static func delete(_ kind: ManifestKind, _ call: EndpointCall) async throws -> Response {
        try await call.services.declarations.delete(
            kind, name: call.path("name"), confirmedDevices: call.query.confirmedDevices(), by: call.identity)
        return Response(status: .noContent)
    }
}
