import DesiredState
import DeviceProtocol
import Hummingbird
import ServerCore

/// `/readmissions` and `/devices/UID/readmit`: devices that hold a certificate of ours and are not simply let in.
struct ReadmissionRoutes {
    let services: OperatorServices

    func add(to api: RouterGroup<OperatorContext>) {
        api.get("readmissions", use: list)
        api.post("devices/:device/readmit", use: readmit)
    }

    @Sendable private func list(_ request: Request, _ context: OperatorContext) async throws -> Response {
        _ = try context.require(.read)
        let query = try QueryReader(request, allowing: ["limit", "after"])
        let page = try await services.readmissions.waiting(page: query.page())
        return JSONResponse.list(page.items.map(ReadmissionJSON.make), next: page.last.map(Cursor.encode))
    }

    /// `group` is where a device that is not known goes; a known one stays in its group unless one is named.
    @Sendable private func readmit(_ request: Request, _ context: OperatorContext) async throws -> Response {
        let identity = try context.require(.admin)
        let text = try context.parameters.require("device")
        let body = try await BodyReader.object(request, allowing: ["group"])
        if let group = body["group"], group.stringValue == nil {
            throw BodyReader.wrong("group", "a group", group.typeName)
        }
        let device = try await services.readmissions.resolve(text)
        try await services.readmissions.readmit(device, into: body["group"]?.stringValue, by: identity)
        return JSONResponse.make(["device": .string("\(device)")])
    }
}
