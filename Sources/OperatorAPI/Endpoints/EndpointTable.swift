import Hummingbird

/// Every endpoint there is.
enum EndpointTable {
    static let all: [Endpoint] =
        DeviceRoutes.endpoints + PolicyRoutes.endpoints + ReadmissionRoutes.endpoints + ActionRoutes.endpoints
        + ObjectRoutes.endpoints + DeploymentRoutes.endpoints
        + RunRoutes.endpoints + ArtifactRoutes.endpoints + PackageRoutes.endpoints + ReportRoutes.endpoints
        + EventRoutes.endpoints
        + TokenRoutes.endpoints
        + ApplyRoutes.endpoints + CertificateRoutes.endpoints + ServerRoutes.endpoints + AuditRoutes.endpoints
        + DocumentRoutes.endpoints

    /// Methods that `path`, as a request has it, answers to; empty when there is nothing there.
    static func methods(at path: String) -> [String] {
        let root = OperatorRouter.root.split(separator: "/")
        let components = path.split(separator: "/")
        guard components.starts(with: root) else { return [] }
        let below = Array(components.dropFirst(root.count))
        let methods = all.filter { $0.matches(below) }.map(\.method.rawValue)
        return (methods.contains("GET") ? methods + ["HEAD"] : methods).sorted()
    }

    /// Whether nobody is asked for a token at this path.
    static func isOpen(_ path: String) -> Bool {
        all.contains { $0.access == .everyone && path == "\(OperatorRouter.root)/\($0.path)" }
    }
}
