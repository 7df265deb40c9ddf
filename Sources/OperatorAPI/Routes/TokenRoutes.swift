import DesiredState
import DeviceProtocol
import Hummingbird
import Manifests
import ServerCore

/// `/tokens`: enrolment tokens and operators' tokens. A secret is in the answer that makes it, and nowhere else.
struct TokenRoutes {
    let services: OperatorServices

    func add(to api: RouterGroup<OperatorContext>) {
        api.get("tokens", use: list)
        api.post("tokens", use: create)
        api.delete("tokens/:name", use: delete)
    }

    @Sendable private func list(_ request: Request, _ context: OperatorContext) async throws -> Response {
        _ = try context.require(.admin)
        let query = try QueryReader(request, allowing: ["limit", "after"])
        let page = try await services.queries.tokens(page: query.page())
        let now = services.clock.now()
        return JSONResponse.list(page.items.map { ReportJSON.token($0, now: now) }, next: page.last.map(Cursor.encode))
    }

    /// With `role` an operator's token, else an enrolment token for `group`.
    @Sendable private func create(_ request: Request, _ context: OperatorContext) async throws -> Response {
        let identity = try context.require(.admin)
        let body = try await BodyReader.object(request, allowing: ["name", "role", "group", "uses", "expires"])
        let name = try name(body)
        let secret: String
        if let role = body["role"] {
            secret = try await createOperator(name, role: role, body, by: identity)
        } else {
            var spec: [String: JSONValue] = [:]
            for key in ["group", "uses", "expires"] { spec[key] = body[key] }
            guard case .enrollmentToken(let read) = try ManifestSpec(.enrollmentToken, json: .object(spec)) else {
                throw CoreError(.invalid, "not an enrolment token")
            }
            secret = try await services.enrollmentTokens.create(
                name: name, spec: read, expiryStated: body["expires"] != nil, by: identity)
        }
        return JSONResponse.make(["name": .string(name), "token": .string(secret)], status: .created)
    }

    private func name(_ body: [String: JSONValue]) throws -> String {
        guard let given = body["name"] else {
            return "token-" + "\(Identifier.make(now: services.clock.now()))".suffix(12)
        }
        guard let name = given.stringValue, ResourceName.isValid(name) else {
            throw BodyReader.wrong("name", ResourceName.rule, given.stringValue ?? given.typeName)
        }
        return name
    }

    private func createOperator(
        _ name: String, role: JSONValue, _ body: [String: JSONValue], by identity: OperatorIdentity
    ) async throws -> String {
        guard let known = role.stringValue.flatMap(OperatorRole.init(rawValue:)) else {
            let names = OperatorRole.allCases.map(\.rawValue).joined(separator: ", ")
            throw BodyReader.wrong("role", "one of \(names)", role.stringValue ?? role.typeName)
        }
        for key in ["group", "uses"] where body[key] != nil {
            throw BodyReader.wrong(key, "nothing: an operator's token has a role", "a value")
        }
        guard let expires = body["expires"] else {
            return try await services.operatorTokens.create(name: name, role: known, by: identity)
        }
        guard let seconds = expires.stringValue.flatMap(ManifestDuration.seconds),
            SpecLimits.tokenLife.contains(seconds)
        else {
            throw BodyReader.wrong("expires", "a duration like 30d", expires.stringValue ?? expires.typeName)
        }
        return try await services.operatorTokens.create(
            name: name, role: known, life: seconds * 1_000_000, by: identity)
    }

    /// An enrolment token of that name, else an operator's.
    @Sendable private func delete(_ request: Request, _ context: OperatorContext) async throws -> Response {
        let identity = try context.require(.admin)
        let name = try context.parameters.require("name")
        do {
            try await services.declarations.delete(.enrollmentToken, name: name, by: identity)
        } catch let error as CoreError where error.code == .notFound {
            try await services.operatorTokens.delete(name: name, by: identity)
        }
        return Response(status: .noContent)
    }
}
