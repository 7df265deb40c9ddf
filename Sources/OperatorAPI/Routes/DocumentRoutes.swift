import DesiredState
import Hummingbird
import ServerCore

/// `/openapi.json`: what this interface is. For everyone, since it is the same on every server of this version.
/// `/schemas/manifest`: what manifests may say to this server.
enum DocumentRoutes {
    static let endpoints = [
        Endpoint(
            .get, "openapi.json", id: "getOpenAPI", .everyone, "This document.",
            answer: .json(Schema.anything, "The document.")
        ) { _ in JSONResponse.make(OpenAPIDocument.json) },
        Endpoint(
            .get, "schemas/manifest", id: "getManifestSchema", .role(.read),
            "The JSON Schema of manifests, with the settings of the applications that the server knows.",
            answer: .json(Schema.anything, "The schema.")
        ) { call in JSONResponse.make(ManifestSchema.json(call.services.declarations.catalog)) },
    ]
}
