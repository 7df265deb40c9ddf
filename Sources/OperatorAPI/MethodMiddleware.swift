import Hummingbird

/// An address that is there, asked in a way that it does not know, answers 405 with what it knows.
struct MethodMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: OperatorContext, next: (Request, OperatorContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            let allowed = EndpointTable.methods(at: request.uri.path)
            guard allowed.isEmpty else { throw Refusal.method(request.method.rawValue, allowed: allowed) }
            throw error
        }
    }
}
