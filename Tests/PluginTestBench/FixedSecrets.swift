package import AgentPlugins

/// Secrets as a test gives them.
package struct FixedSecrets: SecretSource {
    private let values: [String: String]

    package init(_ values: [String: String]) { self.values = values }

    package func secret(_ name: String, of plugin: String) async -> HostActionResult {
        guard let value = values[name] else { return HostActionResult(.notFound, message: "no secret \(name)") }
        return HostActionResult(.done, document: Array(value.utf8))
    }
}
