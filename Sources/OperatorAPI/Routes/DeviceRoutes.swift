import DesiredState
import DeviceProtocol
import Hummingbird
import Manifests
import ServerCore

/// `/devices`: list, read, change, revoke, hold no longer, delete. Devices are named by uid, the beginning of a uid, or
/// host name.
enum DeviceRoutes {
    static let endpoints = [
        Endpoint(
            .get, "devices", id: "listDevices", .role(.read), "List devices, by uid.",
            query: EndpointParameter.page + [
                EndpointParameter("group", "Devices in this group or below it.", Schema.filled),
                EndpointParameter("hostname", "Devices of this host name.", Schema.filled),
            ], answer: .json(ObjectSchemas.page(of: "Device"), "One page."), failures: [.notFound], handler: list),
        Endpoint(
            .get, "devices/{device}", id: "getDevice", .role(.read), "Show a device.",
            answer: .json(details, "The device.", revision: true), failures: [.conflict]
        ) { call in try await show(call.device(), call) },
        Endpoint(
            .patch, "devices/{device}", id: "patchDevice", .role(.admin), "Change what operators want of a device.",
            headers: [EndpointParameter.ifMatch], body: .patch(SpecSchemas.device),
            answer: .json(details, "The device as it is now.", revision: true), failures: [.conflict, .precondition],
            handler: change),
        Endpoint(
            .post, "devices/{device}/approve", id: "approveDevice", .role(.admin),
            "Let a device in that joined with a token that requires approval.",
            body: .json(Schema.object(["group": Schema.group], required: []), required: false),
            answer: .json(details, "The device as it is now.", revision: true), failures: [.conflict],
            handler: approve),
        action("revoke", "Shut a device out.") { try await $0.revoke($1, by: $2) },
        action("release", "Let a held device go.") { try await $0.release($1, by: $2) },
        action("split", "Give the newcomer of two an identity of its own.") { try await $0.split($1, by: $2) },
        Endpoint(
            .delete, "devices/{device}", id: "deleteDevice", .role(.admin), "Forget a device.",
            answer: .deleted, failures: [.conflict]
        ) { call in
            try await call.services.declarations.delete(.device, name: "\(call.device())", by: call.identity)
            return Response(status: .noContent)
        },
    ]

    private static let details = Schema.component("DeviceDetails")

    /// Something that an administrator does to a device, of which it learns at once.
    private static func action(
        _ name: String, _ summary: String,
        _ body: @escaping @Sendable (DeviceAdministration, DeviceUID, OperatorIdentity) async throws -> Void
    ) -> Endpoint {
        Endpoint(
            .post, "devices/{device}/\(name)", id: "\(name)Device", .role(.admin), summary,
            answer: .json(details, "The device as it is now.", revision: true), failures: [.conflict]
        ) { call in
            let device = try await call.device()
            try await body(call.services.administration, device, call.identity)
            try await call.services.declarations.refresh([device])
            return try await show(device, call)
        }
    }

    /// `group` is where it goes instead of the token's.
    private static func approve(_ call: EndpointCall) async throws -> Response {
        let group = try BodyReader.string("group", in: try await call.body(), "a group")
        let device = try await call.device()
        try await call.services.administration.approve(device, into: group, by: call.identity)
        try await call.services.declarations.refresh([device])
        return try await show(device, call)
    }

    private static func list(_ call: EndpointCall) async throws -> Response {
        let page = try await call.services.queries.devices(
            group: call.query.text("group"), hostname: call.query.text("hostname"), page: call.query.page())
        let now = call.services.clock.now()
        let conditions = try await call.services.queries.conditions(of: page.items)
        return JSONResponse.list(
            page.items.map { DeviceJSON.summary($0, condition: conditions[$0.uid], now: now) },
            next: page.last.map(Cursor.encode))
    }

    private static func show(_ device: DeviceUID, _ call: EndpointCall) async throws -> Response {
        let details = try await call.services.queries.device(device)
        return JSONResponse.make(
            DeviceJSON.details(details, now: call.services.clock.now()), revision: details.record.revision)
    }

    private static func change(_ call: EndpointCall) async throws -> Response {
        let device = try await call.device()
        let body = try await call.body()
        _ = try await call.services.declarations.patch(
            .device, name: "\(device)", with: body["spec"] ?? .object([:]),
            revision: try IfMatch.revision(call.request), by: call.identity)
        return try await show(device, call)
    }
}
