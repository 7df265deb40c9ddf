import DeviceProtocol
import Hummingbird
import ServerCore

/// `/software` and `/statistics`: what devices report.
enum ReportRoutes {
    static let endpoints = [
        Endpoint(
            .get, "software", id: "listSoftware", .role(.read), "List installed software.",
            query: EndpointParameter.page + [
                .device, EndpointParameter("name", "Software of this name.", Schema.filled),
            ], answer: .json(ObjectSchemas.page(of: "Software"), "One page."), failures: [.notFound, .conflict],
            handler: software),
        Endpoint(
            .get, "statistics", id: "listStatistics", .role(.read), "List the latest values of statistics.",
            query: EndpointParameter.page + [.device, .application],
            answer: .json(ObjectSchemas.page(of: "Statistic"), "One page."), failures: [.notFound, .conflict],
            handler: statistics),
    ]

    private static func software(_ call: EndpointCall) async throws -> Response {
        let page = try await call.services.queries.software(
            device: try await call.deviceInQuery(), name: call.query.text("name"), page: call.query.page())
        return JSONResponse.list(page.items.map(ReportJSON.software), next: page.last.map(Cursor.encode))
    }

    private static func statistics(_ call: EndpointCall) async throws -> Response {
        let page = try await call.services.queries.statistics(
            device: try await call.deviceInQuery(), application: call.query.text("application"),
            page: call.query.page())
        return JSONResponse.list(page.items.map(ReportJSON.statistic), next: page.last.map(Cursor.encode))
    }
}
