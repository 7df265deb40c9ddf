import Hummingbird
import Logging

/// Every error becomes an answer that says what to do; what is our own fault is logged and not shown.
struct ProblemMiddleware: RouterMiddleware {
    let logger: Logger

    func handle(
        _ request: Request, context: OperatorContext, next: (Request, OperatorContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = Problem(error)
            if problem.status.kind == .serverError {
                // A client that went away while it waited is no fault.
                let level: Logger.Level = error is CancellationError ? .debug : .error
                logger.log(
                    level: level, "request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            }
            // Where nothing is registered nothing takes the body away, and a client of HEAD would read it as the next answer.
            return request.method == .head ? problem.response.createHeadResponse() : problem.response
        }
    }
}
