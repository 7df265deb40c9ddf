import Hummingbird
import Logging
import ServerCore

/// The routes of the interface: those of `EndpointTable`, and no other.
enum OperatorRouter {
    static let root = "/api/v1"

    static func make(services: OperatorServices, logger: Logger) -> Router<OperatorContext> {
        let router = Router(context: OperatorContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ProblemMiddleware(logger: logger))
        router.add(middleware: AuthenticationMiddleware(tokens: services.operatorTokens))
        router.add(middleware: MethodMiddleware())
        let api = router.group(RouterPath(root))
        for endpoint in EndpointTable.all {
            api.on(RouterPath(endpoint.path), method: endpoint.method) { request, context in
                try await endpoint.handler(
                    EndpointCall(endpoint, services: services, request: request, context: context))
            }
        }
        return router
    }
}
