import Hummingbird
import ServerCore

/// Lets nobody past without a valid token, but to what is for everyone.
struct AuthenticationMiddleware: RouterMiddleware {
    private static let scheme = "bearer "

    let tokens: OperatorTokens

    func handle(
        _ request: Request, context: OperatorContext, next: (Request, OperatorContext) async throws -> Response
    ) async throws -> Response {
        if EndpointTable.isOpen(request.uri.path) { return try await next(request, context) }
        guard let header = request.headers[.authorization], header.lowercased().hasPrefix(Self.scheme) else {
            throw Unauthenticated(reason: "expected Authorization: Bearer and an operator token")
        }
        guard let admission = try await tokens.admit(String(header.dropFirst(Self.scheme.count))) else {
            throw Unauthenticated(reason: "the operator token is not known, was revoked or has expired")
        }
        var context = context
        context.admission = admission
        return try await next(request, context)
    }
}

/// Nobody we know.
struct Unauthenticated: Error {
    let reason: String

    static let ended = Unauthenticated(reason: "the operator token was revoked or has expired meanwhile")
}
