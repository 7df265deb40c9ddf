import DesiredState
import DeviceProtocol
import Hummingbird
import ServerCore

/// `/events`: newest first; `/events/stream`: as they come, from a cursor.
struct EventRoutes {
    private static let filters: Set<String> = ["device", "application", "type", "severity"]

    let services: OperatorServices

    func add(to api: RouterGroup<OperatorContext>) {
        api.get("events", use: list)
        api.get("events/stream", use: stream)
    }

    @Sendable private func list(_ request: Request, _ context: OperatorContext) async throws -> Response {
        _ = try context.require(.read)
        let query = try QueryReader(request, allowing: Self.filters.union(["limit", "after"]))
        let page = try await services.queries.events(try await filter(query), page: query.page())
        return JSONResponse.list(page.items.map(EventJSON.make), next: page.last.map(Cursor.encode))
    }

    @Sendable private func stream(_ request: Request, _ context: OperatorContext) async throws -> Response {
        _ = try context.require(.read)
        let query = try QueryReader(request, allowing: Self.filters.union(["after"]))
        let cursor = request.headers.first { $0.name.canonicalName == "last-event-id" }?.value ?? query.text("after")
        let position = try await EventStream.start(cursor, services: services)
        let stream = EventStream(services: services, filter: try await filter(query), start: position)
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                try await stream.write(to: &writer)
                try await writer.finish(nil)
            })
    }

    private func filter(_ query: QueryReader) async throws -> EventFilter {
        var filter = EventFilter(application: query.text("application"), type: query.text("type"))
        if let text = query.text("device") { filter.device = try await services.queries.resolve(text) }
        if let text = query.text("severity") {
            guard let severity = EventSeverity(name: text) else {
                throw query.wrong(
                    "severity", "one of " + EventSeverity.allCases.map(\.name).joined(separator: ", "), text)
            }
            filter.severity = severity
        }
        return filter
    }
}
