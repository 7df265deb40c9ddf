import DesiredState
import Hummingbird
import ServerCore

/// `/audit`: who changed what. Nothing but time takes an entry away.
enum AuditRoutes {
    static let endpoints = [
        Endpoint(
            .get, "audit", id: "listAudit", .role(.admin), "List who changed what, newest first.",
            query: EndpointParameter.page + [
                EndpointParameter("operator", "Changes by this operator's token.", Schema.filled),
                EndpointParameter("kind", "Changes of objects of this kind.", Schema.filled),
                EndpointParameter("name", "Changes of objects of this name.", Schema.filled),
            ], answer: .json(ObjectSchemas.page(of: "AuditEntry"), "One page."), handler: list)
    ]

    private static func list(_ call: EndpointCall) async throws -> Response {
        let page = try await call.services.queries.audit(
            operatorName: call.query.text("operator"), kind: call.query.text("kind"), name: call.query.text("name"),
            page: call.query.page())
        return JSONResponse.list(page.items.map(entry), next: page.last.map(Cursor.encode))
    }

    private static func entry(_ record: AuditRecord) -> JSONValue {
        ObjectJSON.make(
            kind: "AuditEntry", name: "\(record.position)",
            spec: .object(
                fields: [
                    "operator": .string(record.operatorName), "action": .string(record.action),
                    "kind": .string(record.kind), "name": .string(record.name), "detail": record.detail,
                    "before": record.before,
                ]), status: .object(fields: ["at": .time(record.at)]))
    }
}
