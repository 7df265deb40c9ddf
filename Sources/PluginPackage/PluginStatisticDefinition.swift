/// A series that the plugin reports; one with labels is declared by the part before the brace.
package struct PluginStatisticDefinition: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable { case counter, gauge }

    package let name: String
    /// UCUM: "1", "By", "%", "s".
    package let unit: String
    package let kind: Kind
    package let title: String
}
