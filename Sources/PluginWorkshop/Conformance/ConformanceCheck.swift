/// One rule of the plugin interface, and what helps a plugin that breaks it.
package struct ConformanceCheck: Sendable, Hashable {
    /// AREA.NAME; never used for another rule.
    package let id: String
    package let rule: String
    package let remedy: String

    init(_ id: String, _ rule: String, do remedy: String) {
        self.id = id
        self.rule = rule
        self.remedy = remedy
    }
}
