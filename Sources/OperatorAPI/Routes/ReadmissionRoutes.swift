import DesiredState
import DeviceProtocol
import Hummingbird
import ServerCore

/// `/readmissions` and `/devices/UID/readmit`: devices that hold a certificate of ours and are not simply let in.
enum ReadmissionRoutes {
    static let endpoints = [
        Endpoint(
            .get, "readmissions", id: "listReadmissions", .role(.read), "List devices that wait to be readmitted.",
            query: EndpointParameter.page, answer: .json(ObjectSchemas.page(of: "Readmission"), "One page."),
            handler: list),
        Endpoint(
            .post, "devices/{device}/readmit", id: "readmitDevice", .role(.admin), "Let a waiting device in again.",
            body: .json(Schema.object(["group": Schema.group], required: []), required: false),
            answer: .json(Schema.object(["device": Schema.uid]), "It may come."), failures: [.conflict],
            handler: readmit),
    ]

    private static func list(_ call: EndpointCall) async throws -> Response {
        let page = try await call.services.readmissions.waiting(page: call.query.page())
        return JSONResponse.list(page.items.map(ReadmissionJSON.make), next: page.last.map(Cursor.encode))
    }

    /// `group` is where a device that is not known goes; a known one stays in its group unless one is named.
    private static func readmit(_ call: EndpointCall) async throws -> Response {
        let group = try BodyReader.string("group", in: try await call.body(), "a group")
        let device = try await call.services.readmissions.resolve(call.path("device"))
        try await call.services.readmissions.readmit(device, into: group, by: call.identity)
        return JSONResponse.make(["device": .string("\(device)")])
    }
}
