import DesiredState
import DeviceProtocol
import Hummingbird
import Manifests
import ServerCore

/// `POST /certificates`: a client certificate for an OpAMP client that is not Martlet's agent and cannot enrol by itself.
/// The request brings a CSR, the answer a chain; a private key does not travel.
struct CertificateRoutes {
    let services: OperatorServices

    func add(to api: RouterGroup<OperatorContext>) { api.post("certificates", use: issue) }

    /// `{csr, name, group}` makes a device; `{csr, device}` gives one that was made this way another certificate.
    @Sendable private func issue(_ request: Request, _ context: OperatorContext) async throws -> Response {
        let identity = try context.require(.admin)
        _ = try QueryReader(request)
        let body = try await BodyReader.object(request, allowing: ["csr", "name", "group", "device"])
        guard let pem = body["csr"]?.stringValue else {
            throw BodyReader.wrong("csr", "PKCS#10 in PEM", body["csr"]?.typeName ?? "nothing")
        }
        let application = try StrangerApplication(try await subject(body), pem: pem)
        let issued = try await services.enrollment.issue(application, by: identity)
        return JSONResponse.make(
            .object(
                fields: [
                    "device": .string("\(issued.device)"), "name": .string(issued.name), "group": .string(issued.group),
                    "serial": .string(issued.certificate.serial), "notAfter": .time(issued.certificate.notAfter),
                    "chain": .string(issued.certificate.chainPEM),
                ]), status: .created)
    }

    private func subject(_ body: [String: JSONValue]) async throws -> StrangerApplication.Subject {
        if let device = body["device"] {
            for key in ["name", "group"] where body[key] != nil {
                throw BodyReader.wrong(key, "nothing: the device has it already", "a value")
            }
            guard let text = device.stringValue else {
                throw BodyReader.wrong("device", "a device's uid or name", device.typeName)
            }
            return .known(try await services.queries.resolve(text))
        }
        guard let name = body["name"]?.stringValue, ResourceName.isValid(name) else {
            throw BodyReader.wrong("name", ResourceName.rule, body["name"].map(Self.shown) ?? "nothing")
        }
        guard let group = body["group"]?.stringValue else {
            throw BodyReader.wrong("group", "a group's name or path", body["group"].map(Self.shown) ?? "nothing")
        }
        return .new(name: name, group: group)
    }

    private static func shown(_ value: JSONValue) -> String { value.stringValue ?? value.typeName }
}
