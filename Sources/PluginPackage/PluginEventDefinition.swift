/// A type of event that the plugin emits.
package struct PluginEventDefinition: Sendable, Hashable {
    package enum Severity: String, Sendable, Hashable, CaseIterable { case info, warning, failure, critical }

    package let type: String
    package let severity: Severity
    /// English, with the names of arguments in braces.
    package let text: String
}
