import DesiredState
import DeviceProtocol
import Hummingbird
import ServerCore

/// What operators do to devices. Each answers 202 with the order, whose result is read (and waited for) by its own address.
enum ActionRoutes {
    static let endpoints = [
        Endpoint(
            .post, "devices/{device}/sync", id: "syncDevice", .role(.operate), "Have a device synchronise now.",
            body: .json(Schema.object([:]), required: false), answer: .accepted(ordered, "The order."),
            failures: [.conflict], handler: sync),
        Endpoint(
            .post, "devices/{device}/app", id: "controlApplication", .role(.operate),
            "Start, stop or restart an application, or one instance of it.",
            body: .json(
                Schema.object(
                    [
                        "application": Schema.filled, "instance": Schema.text,
                        "action": Schema.choice(ApplicationAction.allCases.map(\.rawValue)),
                    ], required: ["application", "action"])), answer: .accepted(ordered, "The order."),
            failures: [.conflict], handler: control),
        Endpoint(
            .get, "devices/{device}/orders/{order}", id: "getOrder", .role(.read),
            "Show an order; with `wait`, as soon as there is news of it.", query: EndpointParameter.waiting,
            answer: .json(Schema.component("Order"), "The order.", revision: true), failures: [.conflict],
            handler: order),
    ]

    private static let ordered = Schema.object(["orderId": Schema.uid, "device": Schema.uid])

    private static func sync(_ call: EndpointCall) async throws -> Response {
        let device = try await call.device()
        _ = try await call.body()
        return accepted(try await call.services.actions.sync(device, by: call.identity), device)
    }

    private static func control(_ call: EndpointCall) async throws -> Response {
        let device = try await call.device()
        let body = try await call.body()
        guard let application = try BodyReader.string("application", in: body, "an application's id"),
            !application.isEmpty
        else { throw BodyReader.wrong("application", "an application's id", "nothing") }
        let instance = try BodyReader.string("instance", in: body, "an instance's name") ?? ""
        guard let action = body["action"]?.stringValue.flatMap(ApplicationAction.init(rawValue:)) else {
            let names = ApplicationAction.allCases.map(\.rawValue).joined(separator: ", ")
            throw BodyReader.wrong("action", "one of \(names)", body["action"]?.stringValue ?? "nothing")
        }
        let order = try await call.services.actions.control(
            application, instance: instance, action, on: device, by: call.identity)
        return accepted(order, device)
    }

    private static func accepted(_ order: Identifier, _ device: DeviceUID) -> Response {
        JSONResponse.make(["orderId": .string("\(order)"), "device": .string("\(device)")], status: .accepted)
    }

    private static func order(_ call: EndpointCall) async throws -> Response {
        let device = try await call.device()
        guard let id = Identifier(try call.path("order")) else { throw CoreError(.notFound, "no such order") }
        let (wait, revision) = try call.query.waiting()
        let order = try await call.waiting {
            try await call.services.queries.order(
                id, of: device, newerThan: revision, feed: call.services.reportFeed, waiting: wait)
        }
        return JSONResponse.make(OrderJSON.make(order), revision: order.revision)
    }
}
