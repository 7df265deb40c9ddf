import Hummingbird
import ServerCore

/// `/devices/{device}/policies/{application}`: why settings on a device are what they are.
enum PolicyRoutes {
    static let endpoints = [
        Endpoint(
            .get, "devices/{device}/policies/{application}", id: "explainPolicy", .role(.read),
            "Explain an application's settings on a device.",
            answer: .json(Schema.component("PolicyExplanation"), "Every setting, with where it comes from."),
            failures: [.conflict], handler: explain)
    ]

    private static func explain(_ call: EndpointCall) async throws -> Response {
        let application = try call.path("application")
        let explanation = try await call.services.queries.explain(
            application, on: call.device(), schema: call.services.declarations.catalog.schema(of: application))
        return JSONResponse.make(ExplanationJSON.make(explanation))
    }
}
