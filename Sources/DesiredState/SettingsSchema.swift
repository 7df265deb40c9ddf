/// The subset of JSON Schema in which plugins describe settings, parameters and event data.
///
/// type, properties, required, additionalProperties, items, enum, minimum, maximum, minLength, maxLength, pattern,
/// default, title, description and `x-martlet-*`. Anything else is refused when the schema is loaded, so that nobody
/// believes in a check that never happens.
package struct SettingsSchema: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        case object, array, string, integer, number, boolean, null
    }

    package var kinds: Set<Kind> = []
    package var properties: [String: SettingsSchema] = [:]
    package var required: [String] = []
    /// Whether keys that `properties` does not name are accepted.
    package var allowsOtherProperties = true
    /// At most one element: the schema of every item.
    package var items: [SettingsSchema] = []
    package var allowedValues: [JSONValue] = []
    package var minimum: Double?
    package var maximum: Double?
    package var minimumLength: Int?
    package var maximumLength: Int?
    package var pattern: BoundedPattern?
    package var defaultValue: JSONValue?
    package var title: String?
    package var explanation: String?
    /// `x-martlet-secret: true`: values here are never shown.
    package var isSecret = false

    package static let maximumDepth = 16

    package init() {}

    /// Settings with every default that the schema states, for what `settings` leaves out.
    package func fillingDefaults(_ settings: JSONValue) -> JSONValue {
        guard case .object(var object) = settings else { return settings }
        for (name, schema) in properties {
            if let present = object[name] {
                object[name] = schema.fillingDefaults(present)
            } else if let value = schema.defaultValue {
                object[name] = value
            } else if schema.kinds == [.object] {
                let nested = schema.fillingDefaults(.object([:]))
                if nested != .object([:]) { object[name] = nested }
            }
        }
        return .object(object)
    }
}
