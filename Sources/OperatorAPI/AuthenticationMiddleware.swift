import Hummingbird
import ServerCore

/// Lets nobody past without a valid token.
struct AuthenticationMiddleware: RouterMiddleware {
    let tokens: OperatorTokens

    func handle(
        _ request: Request, context: OperatorContext, next: (Request, OperatorContext) async throws -> Response
    ) async throws -> Response {
        guard let header = request.headers[.authorization], header.hasPrefix("Bearer ") else {
            throw Unauthenticated(reason: "expected Authorization: Bearer and an operator token")
        }
        guard let identity = try await tokens.identify(String(header.dropFirst("Bearer ".count))) else {
            throw Unauthenticated(reason: "the operator token is not known or has expired")
        }
        var context = context
        context.identity = identity
        return try await next(request, context)
    }
}

/// Nobody we know.
struct Unauthenticated: Error {
    let reason: String
}
