import DesiredState
import Hummingbird

/// `/openapi.json`: what this interface is. For everyone, since it is the same on every server of this version.
enum DocumentRoutes {
    static let endpoints = [
        Endpoint(
            .get, "openapi.json", id: "getOpenAPI", .everyone, "This document.",
            answer: .json(Schema.anything, "The document.")
        ) { _ in JSONResponse.make(OpenAPIDocument.json) }
    ]
}
