import DesiredState
import DeviceProtocol
import Hummingbird
import Manifests
import ServerCore

/// `/devices`: list, read, change, revoke, hold no longer, delete. Devices are named by uid, the beginning of a uid, or
/// host name.
struct DeviceRoutes {
    let services: OperatorServices

    func add(to api: RouterGroup<OperatorContext>) {
        api.get("devices", use: list)
        api.get("devices/:device", use: read)
        api.patch("devices/:device", use: change)
        api.post("devices/:device/revoke", use: revoke)
        api.post("devices/:device/release", use: release)
        api.post("devices/:device/split", use: split)
        api.delete("devices/:device", use: delete)
    }

    @Sendable private func list(_ request: Request, _ context: OperatorContext) async throws -> Response {
        _ = try context.require(.read)
        let query = try QueryReader(request, allowing: ["limit", "after", "group", "hostname"])
        let page = try await services.queries.devices(
            group: query.text("group"), hostname: query.text("hostname"), page: query.page())
        let now = services.clock.now()
        return JSONResponse.list(
            page.items.map { DeviceJSON.summary($0, now: now) }, next: page.last.map(Cursor.encode))
    }

    @Sendable private func read(_ request: Request, _ context: OperatorContext) async throws -> Response {
        _ = try context.require(.read)
        _ = try QueryReader(request)
        return try await show(services.queries.resolve(context.parameters.require("device")))
    }

    private func show(_ device: DeviceUID) async throws -> Response {
        let details = try await services.queries.device(device)
        return JSONResponse.make(
            DeviceJSON.details(details, now: services.clock.now()), revision: details.record.revision)
    }

    @Sendable private func change(_ request: Request, _ context: OperatorContext) async throws -> Response {
        let identity = try context.require(.admin)
        let device = try await services.queries.resolve(context.parameters.require("device"))
        let body = try await BodyReader.object(request, allowing: ["spec"])
        _ = try await services.declarations.patch(
            .device, name: "\(device)", with: body["spec"] ?? .object([:]), revision: try IfMatch.revision(request),
            by: identity)
        return try await show(device)
    }

    @Sendable private func revoke(_ request: Request, _ context: OperatorContext) async throws -> Response {
        try await act(context) { try await services.administration.revoke($0, by: $1) }
    }

    @Sendable private func release(_ request: Request, _ context: OperatorContext) async throws -> Response {
        try await act(context) { try await services.administration.release($0, by: $1) }
    }

    @Sendable private func split(_ request: Request, _ context: OperatorContext) async throws -> Response {
        try await act(context) { try await services.administration.split($0, by: $1) }
    }

    /// Something that an administrator does to a device, of which it learns at once.
    private func act(
        _ context: OperatorContext, _ body: (DeviceUID, OperatorIdentity) async throws -> Void
    ) async throws -> Response {
        let identity = try context.require(.admin)
        let device = try await services.queries.resolve(context.parameters.require("device"))
        try await body(device, identity)
        try await services.declarations.refresh([device])
        return try await show(device)
    }

    @Sendable private func delete(_ request: Request, _ context: OperatorContext) async throws -> Response {
        let identity = try context.require(.admin)
        let device = try await services.queries.resolve(context.parameters.require("device"))
        try await services.declarations.delete(.device, name: "\(device)", by: identity)
        return Response(status: .noContent)
    }
}
