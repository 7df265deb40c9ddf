/// Where the values of secrets come from.
package protocol SecretSource: Sendable {
    /// The value as the result's document; `notFound` when the device has no such secret of this plugin.
    func secret(_ name: String, of plugin: String) async -> HostActionResult
}

/// Where nobody gives any.
package struct NoSecrets: SecretSource {
    package init() {}

    package func secret(_ name: String, of plugin: String) async -> HostActionResult {
        HostActionResult(.notFound, message: "this agent holds no secrets")
    }
}
