import DesiredState
import DeviceProtocol
import Hummingbird
import ServerCore

/// `/events`: newest first; `/events/stream`: as they come, from a cursor.
enum EventRoutes {
    static let endpoints = [
        Endpoint(
            .get, "events", id: "listEvents", .role(.read), "List events, the newest first.",
            query: EndpointParameter.page + filters, answer: .json(ObjectSchemas.page(of: "Event"), "One page."),
            failures: [.notFound, .conflict], handler: list),
        Endpoint(
            .get, "events/stream", id: "streamEvents", .role(.read), "Follow events as they come.",
            query: filters + [
                EndpointParameter("after", "The `id` of the last event that the caller has.", Schema.cursor),
                EndpointParameter("for", "End the stream after this time, at most 24h.", Schema.duration),
            ],
            headers: [EndpointParameter("Last-Event-ID", "As `after`, which it overrides.", Schema.cursor)],
            answer: .events, failures: [.notFound, .conflict], handler: stream),
    ]

    private static let filters: [EndpointParameter] = [
        .device, .application, EndpointParameter("type", "Events of this type.", Schema.filled),
        EndpointParameter(
            "severity", "Events of this severity and above.", Schema.choice(EventSeverity.allCases.map(\.name))),
    ]

    private static func list(_ call: EndpointCall) async throws -> Response {
        let page = try await call.services.queries.events(try await filter(call), page: call.query.page())
        return JSONResponse.list(page.items.map(EventJSON.make), next: page.last.map(Cursor.encode))
    }

    private static func stream(_ call: EndpointCall) async throws -> Response {
        let header = call.request.headers.first { $0.name.canonicalName == "last-event-id" }?.value
        let cursor = header ?? call.query.text("after")
        let stream = EventStream(
            services: call.services, filter: try await filter(call),
            start: try await EventStream.start(cursor, services: call.services),
            life: try call.query.duration("for", longest: 86_400).map { .seconds($0) }, admission: call.admission)
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                try await stream.write(to: &writer)
                try await writer.finish(nil)
            })
    }

    private static func filter(_ call: EndpointCall) async throws -> EventFilter {
        var filter = EventFilter(application: call.query.text("application"), type: call.query.text("type"))
        filter.device = try await call.deviceInQuery()
        if let text = call.query.text("severity") {
            guard let severity = EventSeverity(name: text) else {
                throw QueryReader.wrong(
                    "severity", "one of " + EventSeverity.allCases.map(\.name).joined(separator: ", "), text)
            }
            filter.severity = severity
        }
        return filter
    }
}
