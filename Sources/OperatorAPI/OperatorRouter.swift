import Hummingbird
import Logging
import ServerCore

/// Every route of the interface.
enum OperatorRouter {
    static let root = "/api/v1"

    static func make(services: OperatorServices, logger: Logger) -> Router<OperatorContext> {
        let router = Router(context: OperatorContext.self)
        router.add(middleware: ProblemMiddleware(logger: logger))
        router.add(middleware: AuthenticationMiddleware(tokens: services.operatorTokens))
        let api = router.group(RouterPath(root))
        DeviceRoutes(services: services).add(to: api)
        ReadmissionRoutes(services: services).add(to: api)
        ActionRoutes(services: services).add(to: api)
        ObjectRoutes(services: services).add(to: api)
        RunRoutes(services: services).add(to: api)
        ReportRoutes(services: services).add(to: api)
        EventRoutes(services: services).add(to: api)
        TokenRoutes(services: services).add(to: api)
        ApplyRoutes(services: services).add(to: api)
        CertificateRoutes(services: services).add(to: api)
        return router
    }
}
