import DesiredState
import Hummingbird
import ServerCore

/// One endpoint as the document describes it.
enum OpenAPIOperation {
    static func json(_ endpoint: Endpoint) -> JSONValue {
        var operation: [String: JSONValue] = [
            "operationId": .string(endpoint.id), "summary": .string(endpoint.summary),
            "description": .string(access(endpoint.access)), "parameters": .array(parameters(endpoint)),
            "responses": .object(responses(endpoint)),
        ]
        if endpoint.access == .everyone { operation["security"] = [] }
        operation["x-martlet-role"] = endpoint.access.needed(dryRun: false).map { .string($0.rawValue) }
        if case .changing(_, let dryRun) = endpoint.access {
            operation["x-martlet-role-of-dry-run"] = .string(dryRun.rawValue)
        }
        operation["requestBody"] = endpoint.body.map { body in
            ["required": .bool(body.required), "content": content(body.mediaTypes, body.schema)]
        }
        return .object(operation)
    }

    private static func access(_ access: EndpointAccess) -> String {
        switch access {
        case .everyone: "Needs no token."
        case .role(let role): "Needs the role \(role.rawValue)."
        case .changing(let role, let dryRun): "Needs the role \(role.rawValue); as a dry run \(dryRun.rawValue)."
        }
    }

    private static func parameters(_ endpoint: Endpoint) -> [JSONValue] {
        endpoint.pathParameters.map { name in
            [
                "name": .string(name), "in": "path", "required": true,
                "schema": ["type": "string", "minLength": 1],
            ]
        } + endpoint.query.map { parameter($0, in: "query") } + endpoint.headers.map { parameter($0, in: "header") }
    }

    private static func parameter(_ parameter: EndpointParameter, in place: String) -> JSONValue {
        [
            "name": .string(parameter.name), "in": .string(place), "description": .string(parameter.description),
            "schema": parameter.schema,
        ]
    }

    private static func responses(_ endpoint: Endpoint) -> [String: JSONValue] {
        var responses: [String: JSONValue] = [:]
        for failure in endpoint.allFailures {
            responses["\(failure.status.code)"] = ["$ref": .string("#/components/responses/\(failure.rawValue)")]
        }
        responses["\(endpoint.answer.status.code)"] = answer(endpoint.answer)
        return responses
    }

    private static func answer(_ answer: EndpointAnswer) -> JSONValue {
        var response: [String: JSONValue] = ["description": .string(answer.description)]
        if let type = answer.mediaType, let schema = answer.schema { response["content"] = content([type], schema) }
        if answer.revision {
            response["headers"] = [
                "ETag": ["required": true, "schema": ["type": "string", "pattern": "^\"[0-9]+\"$"]]
            ]
        }
        return .object(response)
    }

    static func problem(_ failure: EndpointFailure) -> JSONValue {
        var response: [String: JSONValue] = [
            "description": .string(failure.description),
            "content": content(["application/problem+json"], Schema.component("Problem")),
        ]
        if failure == .unauthenticated {
            response["headers"] = ["WWW-Authenticate": ["required": true, "schema": Schema.text]]
        }
        return .object(response)
    }

    private static func content(_ types: [String], _ schema: JSONValue) -> JSONValue {
        .object(Dictionary(uniqueKeysWithValues: types.map { ($0, ["schema": schema]) }))
    }
}
