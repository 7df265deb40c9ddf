import DesiredState
import DeviceProtocol
import Hummingbird
import ServerCore

/// What operators do to devices. Each answers 202 with the order, whose result is read (and waited for) by its own address.
struct ActionRoutes {
    let services: OperatorServices

    func add(to api: RouterGroup<OperatorContext>) {
        api.post("devices/:device/sync", use: sync)
        api.post("devices/:device/app", use: control)
        api.get("devices/:device/orders/:order", use: order)
    }

    @Sendable private func sync(_ request: Request, _ context: OperatorContext) async throws -> Response {
        let identity = try context.require(.operate)
        let device = try await services.queries.resolve(context.parameters.require("device"))
        _ = try await BodyReader.object(request, allowing: [])
        return accepted(try await services.actions.sync(device, by: identity), device)
    }

    @Sendable private func control(_ request: Request, _ context: OperatorContext) async throws -> Response {
        let identity = try context.require(.operate)
        let device = try await services.queries.resolve(context.parameters.require("device"))
        let body = try await BodyReader.object(request, allowing: ["application", "instance", "action"])
        guard let application = body["application"]?.stringValue, !application.isEmpty else {
            throw BodyReader.wrong("application", "an application's id", body["application"]?.typeName ?? "nothing")
        }
        guard let action = body["action"]?.stringValue.flatMap(ApplicationAction.init(rawValue:)) else {
            let names = ApplicationAction.allCases.map(\.rawValue).joined(separator: ", ")
            throw BodyReader.wrong("action", "one of \(names)", body["action"]?.stringValue ?? "nothing")
        }
        let order = try await services.actions.control(
            application, instance: body["instance"]?.stringValue ?? "", action, on: device, by: identity)
        return accepted(order, device)
    }

    private func accepted(_ order: Identifier, _ device: DeviceUID) -> Response {
        JSONResponse.make(["orderId": .string("\(order)"), "device": .string("\(device)")], status: .accepted)
    }

    @Sendable private func order(_ request: Request, _ context: OperatorContext) async throws -> Response {
        _ = try context.require(.read)
        let query = try QueryReader(request, allowing: ["wait", "revision"])
        let device = try await services.queries.resolve(context.parameters.require("device"))
        guard let id = Identifier(try context.parameters.require("order")) else {
            throw CoreError(.notFound, "no such order")
        }
        let wait = try query.duration("wait", longest: RunRoutes.longestWait) ?? 0
        let revision = try query.integer("revision", in: 0...Int64.max) ?? 0
        let order = try await RunRoutes.untilShutdown {
            try await services.queries.order(
                id, of: device, newerThan: revision, feed: services.reportFeed, waiting: .seconds(wait))
        }
        return JSONResponse.make(OrderJSON.make(order), revision: order.revision)
    }
}
