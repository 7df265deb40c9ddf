package import DesiredState

/// A value that an application's plugin needs and nobody else may see. Settings name it; it travels apart from them.
package struct SecretSpec: Sendable, Equatable {
    /// Bytes.
    package static let longestValue = 16_384

    /// The application whose plugin may have it.
    package var application: String
    /// The devices that may have it.
    package var scope: TaskScope
    /// Given with a change and never shown again; nil leaves what is there.
    package var value: SecretValue?

    init?(_ fields: ManifestFields) {
        fields.allow(["application", "scope", "value"])
        fields.require("application", "an application's id, like martlet.postgresql")
        fields.require("scope", "an object with group or devices")
        value = Self.value(fields)
        guard let application = fields.string("application"),
            let scope = fields.object("scope").flatMap(TaskScope.read)
        else { return nil }
        self.application = application
        self.scope = scope
    }

    /// No problem repeats what was written there.
    private static func value(_ fields: ManifestFields) -> SecretValue? {
        guard let node = fields.value("value") else { return nil }
        guard case .scalar(.string(let text)) = node.content else {
            fields.refuse("value", expected: "text; a number or a word like yes in quotes", got: "something else")
            return nil
        }
        guard (1...longestValue).contains(text.utf8.count) else {
            fields.refuse("value", expected: "1 to \(longestValue) bytes", got: "\(text.utf8.count)")
            return nil
        }
        return SecretValue(Array(text.utf8))
    }

    /// Without the value.
    package var json: JSONValue { ["application": .string(application), "scope": scope.json] }
}
