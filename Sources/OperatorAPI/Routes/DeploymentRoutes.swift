import Hummingbird
import Manifests
import ServerCore

/// `/policies/{name}/devices` and `/tasks/{name}/devices`: which devices have it, which do not yet, which failed and why.
enum DeploymentRoutes {
    static let endpoints = [ManifestKind.policy, .task].map { kind in
        Endpoint(
            .get, kind.collection + "/{name}/devices", id: "list\(kind.rawValue)Devices", .role(.read),
            "List the devices that it concerns, and how far each is.",
            query: EndpointParameter.page + [
                EndpointParameter(
                    "state", "Only those that are so far.", Schema.choice(DeploymentState.allCases.map(\.rawValue)))
            ], answer: .json(ObjectSchemas.page(of: "DeployedDevice"), "One page, by the devices' uids.")
        ) { try await list(kind, $0) }
    }

    private static func list(_ kind: ManifestKind, _ call: EndpointCall) async throws -> Response {
        let page = try await call.services.queries.devices(
            of: kind, named: call.path("name"), state: try state(call.query), page: call.query.page())
        return JSONResponse.list(page.items.map(DeploymentJSON.make), next: page.last.map(Cursor.encode))
    }

    private static func state(_ query: QueryReader) throws -> DeploymentState? {
        try query.choice("state", DeploymentState.allCases.map(\.rawValue)).flatMap(DeploymentState.init(rawValue:))
    }
}
