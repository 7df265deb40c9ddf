import DeviceProtocol
import Hummingbird
import ServerCore

/// `/software` and `/statistics`: what devices report.
struct ReportRoutes {
    let services: OperatorServices

    func add(to api: RouterGroup<OperatorContext>) {
        api.get("software", use: software)
        api.get("statistics", use: statistics)
    }

    @Sendable private func software(_ request: Request, _ context: OperatorContext) async throws -> Response {
        _ = try context.require(.read)
        let query = try QueryReader(request, allowing: ["limit", "after", "device", "name"])
        let page = try await services.queries.software(
            device: try await device(query), name: query.text("name"), page: query.page())
        return JSONResponse.list(page.items.map(ReportJSON.software), next: page.last.map(Cursor.encode))
    }

    @Sendable private func statistics(_ request: Request, _ context: OperatorContext) async throws -> Response {
        _ = try context.require(.read)
        let query = try QueryReader(request, allowing: ["limit", "after", "device", "application"])
        let page = try await services.queries.statistics(
            device: try await device(query), application: query.text("application"), page: query.page())
        return JSONResponse.list(page.items.map(ReportJSON.statistic), next: page.last.map(Cursor.encode))
    }

    private func device(_ query: QueryReader) async throws -> DeviceUID? {
        guard let text = query.text("device") else { return nil }
        return try await services.queries.resolve(text)
    }
}
