import DesiredState
import Hummingbird
import ServerCore

/// `/server`: what the server is, for those who set up devices.
enum ServerRoutes {
    static let endpoints = [
        Endpoint(
            .get, "server", id: "getServer", .role(.read), "Show what the server is.",
            answer: .json(
                Schema.object(["version": Schema.text, "trustDomain": Schema.text, "rootCertificate": Schema.text]),
                "The server."), handler: show)
    ]

    private static func show(_ call: EndpointCall) async throws -> Response {
        let server = call.services.server
        return JSONResponse.make([
            "version": .string(server.version), "trustDomain": .string(server.trustDomain),
            "rootCertificate": .string(server.rootCertificate),
        ])
    }
}
