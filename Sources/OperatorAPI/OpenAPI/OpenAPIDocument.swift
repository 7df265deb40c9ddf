package import DesiredState
import Hummingbird

/// The OpenAPI 3.1 document of the interface, made of `EndpointTable`.
package enum OpenAPIDocument {
    package static let json: JSONValue = [
        "openapi": "3.1.0",
        "info": [
            "title": "Martlet", "version": "1",
            "description": "Operators' interface of a Martlet server. docs/rest.md is its manual.",
        ],
        "servers": [["url": .string(OperatorRouter.root)]],
        "security": [["token": []]],
        "paths": .object(paths),
        "components": [
            "securitySchemes": [
                "token": ["type": "http", "scheme": "bearer", "description": "An operator's token: mt_ROLE_…"]
            ],
            "schemas": .object(schemas),
            "responses": .object(
                Dictionary(
                    uniqueKeysWithValues: EndpointFailure.allCases.map {
                        ($0.rawValue, OpenAPIOperation.problem($0))
                    })),
        ],
    ]

    private static let schemas: [String: JSONValue] = [
        ObjectSchemas.components, SpecSchemas.components, DeviceSchemas.components, ReportSchemas.components,
        PackageSchemas.components,
        TokenSchemas.components, ExplanationSchemas.components, DeploymentSchemas.components,
    ].reduce(into: [:]) { all, some in all.merge(some) { _, new in new } }

    private static let paths: [String: JSONValue] =
        Dictionary(grouping: EndpointTable.all, by: { "/\($0.path)" }).mapValues { endpoints in
            .object(
                Dictionary(
                    uniqueKeysWithValues: endpoints.map {
                        ($0.method.rawValue.lowercased(), OpenAPIOperation.json($0))
                    }))
        }
}
