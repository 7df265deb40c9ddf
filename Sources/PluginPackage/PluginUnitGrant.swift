/// A service unit that the plugin wants to start and stop, and why.
package struct PluginUnitGrant: Sendable, Hashable {
    package let unit: String
    package let reason: String

    package init(unit: String, reason: String) {
        self.unit = unit
        self.reason = reason
    }
}
