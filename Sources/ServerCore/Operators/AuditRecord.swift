package import DesiredState
import ServerStore

/// Who did what, as it was written in the transaction of the change.
package struct AuditRecord: Sendable, Equatable {
    /// Rises with every entry.
    package var position: Int64
    package var at: Int64
    package var operatorName: String
    package var action: String
    package var kind: String
    package var name: String
    /// What it was about, or what is declared since; JSON where it is JSON.
    package var detail: JSONValue?
    /// What was declared before.
    package var before: JSONValue?

    init(row: SQLRow) throws {
        position = try row.integer("position")
        at = try row.integer("at")
        operatorName = try row.text("operator")
        action = try row.text("action")
        kind = try row.text("kind")
        name = try row.text("name")
        detail = Self.value(try row.text("detail"))
        before = try row.optionalText("before").flatMap(Self.value)
    }

    private static func value(_ text: String) -> JSONValue? {
        guard !text.isEmpty else { return nil }
        guard text.hasPrefix("{") else { return .string(text) }
        return (try? JSONValue(parsing: text)) ?? .string(text)
    }
}
