import DesiredState
import DeviceProtocol
import Hummingbird
import Manifests
import ServerCore

/// `POST /certificates`: a client certificate for an OpAMP client that is not Martlet's agent and cannot enrol by itself.
/// The request brings a CSR, the answer a chain; a private key does not travel.
enum CertificateRoutes {
    static let endpoints = [
        Endpoint(
            .post, "certificates", id: "issueCertificate", .role(.admin),
            "Issue a certificate to an OpAMP client that is not Martlet's agent.", body: .json(wish),
            answer: .created(issued, "The certificate and its chain."), failures: [.notFound, .conflict],
            handler: issue)
    ]

    private static let wish: JSONValue = [
        "oneOf": [
            Schema.object(["csr": Schema.filled, "name": Schema.name, "group": Schema.group]),
            Schema.object(["csr": Schema.filled, "device": Schema.filled]),
        ]
    ]

    private static let issued = Schema.object([
        "device": Schema.uid, "name": Schema.text, "group": Schema.group, "serial": Schema.text,
        "notAfter": Schema.time, "chain": Schema.text,
    ])

    /// `{csr, name, group}` makes a device; `{csr, device}` gives one that was made this way another certificate.
    private static func issue(_ call: EndpointCall) async throws -> Response {
        let body = try await call.body()
        guard let pem = body["csr"]?.stringValue else {
            throw BodyReader.wrong("csr", "PKCS#10 in PEM", body["csr"]?.typeName ?? "nothing")
        }
        let application = try StrangerApplication(try await subject(body, call), pem: pem)
        let issued = try await call.services.enrollment.issue(application, by: call.identity)
        return JSONResponse.make(
            .object(
                fields: [
                    "device": .string("\(issued.device)"), "name": .string(issued.name), "group": .string(issued.group),
                    "serial": .string(issued.certificate.serial), "notAfter": .time(issued.certificate.notAfter),
                    "chain": .string(issued.certificate.chainPEM),
                ]), status: .created)
    }

    private static func subject(
        _ body: [String: JSONValue], _ call: EndpointCall
    ) async throws -> StrangerApplication.Subject {
        if let device = body["device"] {
            for key in ["name", "group"] where body[key] != nil {
                throw BodyReader.wrong(key, "nothing: the device has it already", "a value")
            }
            guard let text = device.stringValue else {
                throw BodyReader.wrong("device", "a device's uid or name", device.typeName)
            }
            return .known(try await call.services.queries.resolve(text))
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
