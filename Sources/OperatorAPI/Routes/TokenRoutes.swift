import DesiredState
import DeviceProtocol
import Hummingbird
import Manifests
import ServerCore

/// `/tokens`: enrolment tokens and operators' tokens. A secret is in the answer that makes it, and nowhere else.
enum TokenRoutes {
    static let endpoints = [
        Endpoint(
            .get, "tokens", id: "listTokens", .role(.admin), "List tokens, without their secrets.",
            query: EndpointParameter.page, answer: .json(ObjectSchemas.page(of: "Token"), "One page."), handler: list),
        Endpoint(
            .post, "tokens", id: "createToken", .role(.admin), "Make an operator's or an enrolment token.",
            body: .json(TokenSchemas.creation),
            answer: .created(TokenSchemas.created, "The secret, which nobody can read again."), failures: [.conflict],
            handler: create),
        Endpoint(
            .delete, "tokens/{name}", id: "deleteToken", .role(.admin), "Revoke a token, at once.",
            query: [
                EndpointParameter(
                    "kind", "Which one, when an operator's and an enrolment token have the same name.",
                    Schema.choice(TokenKind.allCases.map(\.rawValue)))
            ], answer: .deleted, failures: [.conflict], handler: delete),
    ]

    private static func list(_ call: EndpointCall) async throws -> Response {
        let page = try await call.services.queries.tokens(page: call.query.page())
        let now = call.services.clock.now()
        return JSONResponse.list(page.items.map { ReportJSON.token($0, now: now) }, next: page.last.map(Cursor.encode))
    }

    /// With `role` an operator's token, else an enrolment token for `group`.
    private static func create(_ call: EndpointCall) async throws -> Response {
        let body = try await call.body()
        let name = try name(body, now: call.services.clock.now())
        let secret: String
        if let role = body["role"] {
            secret = try await createOperator(name, role: role, body, call)
        } else {
            var spec: [String: JSONValue] = [:]
            for key in ["group", "uses", "expires", "requireApproval"] { spec[key] = body[key] }
            for (key, value) in spec where value == .null {
                throw BodyReader.wrong(key, "a value, or to be left out", "null")
            }
            guard case .enrollmentToken(let read) = try ManifestSpec(.enrollmentToken, json: .object(spec)) else {
                throw CoreError(.invalid, "not an enrolment token")
            }
            secret = try await call.services.enrollmentTokens.create(
                name: name, spec: read, expiryStated: body["expires"] != nil, by: call.identity)
        }
        return JSONResponse.make(["name": .string(name), "token": .string(secret)], status: .created)
    }

    private static func name(_ body: [String: JSONValue], now: Int64) throws -> String {
        guard let given = body["name"] else {
            return "token-" + "\(Identifier.make(now: now))".suffix(12)
        }
        guard let name = given.stringValue, ResourceName.isValid(name) else {
            throw BodyReader.wrong("name", ResourceName.rule, given.stringValue ?? given.typeName)
        }
        return name
    }

    private static func createOperator(
        _ name: String, role: JSONValue, _ body: [String: JSONValue], _ call: EndpointCall
    ) async throws -> String {
        guard let known = role.stringValue.flatMap(OperatorRole.init(rawValue:)) else {
            let names = OperatorRole.allCases.map(\.rawValue).joined(separator: ", ")
            throw BodyReader.wrong("role", "one of \(names)", role.stringValue ?? role.typeName)
        }
        for key in ["group", "uses", "requireApproval"] where body[key] != nil {
            throw BodyReader.wrong(key, "nothing: an operator's token has a role", "a value")
        }
        let tokens = call.services.operatorTokens
        guard let expires = body["expires"] else {
            return try await tokens.create(name: name, role: known, by: call.identity)
        }
        guard let seconds = expires.stringValue.flatMap(ManifestDuration.seconds),
            SpecLimits.tokenLife.contains(seconds)
        else {
            throw BodyReader.wrong("expires", "a duration like 30d", expires.stringValue ?? expires.typeName)
        }
        return try await tokens.create(name: name, role: known, life: seconds * 1_000_000, by: call.identity)
    }

    /// The one of that name; when there are two, the caller says which: to revoke the wrong one would leave the other.
    private static func delete(_ call: EndpointCall) async throws -> Response {
        let name = try call.path("name")
        switch try await kind(of: name, call) {
        case .enrollment:
            try await call.services.declarations.delete(.enrollmentToken, name: name, by: call.identity)
        case .operator: try await call.services.operatorTokens.delete(name: name, by: call.identity)
        }
        return Response(status: .noContent)
    }

    private static func kind(of name: String, _ call: EndpointCall) async throws -> TokenKind {
        if let text = call.query.text("kind") {
            guard let kind = TokenKind(rawValue: text) else {
                let names = TokenKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw QueryReader.wrong("kind", "one of \(names)", text)
            }
            return kind
        }
        let kinds = try await call.services.queries.tokenKinds(named: name)
        guard let kind = kinds.first else { throw CoreError(.notFound, "no token \"\(name)\"") }
        guard kinds.count == 1 else {
            throw CoreError(
                .conflict,
                "\"\(name)\" is an operator's token and an enrolment token; say which: ?kind=\(kind.rawValue)")
        }
        return kind
    }
}
