import DesiredState

/// Labels as JSON text.
enum Labels {
    static func read(_ text: String) throws -> [String: String] {
        try JSONValue(parsing: text).objectValue?.compactMapValues(\.stringValue) ?? [:]
    }

    static func text(_ labels: [String: String]) -> String {
        CanonicalJSON.text(.object(labels.mapValues { .string($0) }))
    }
}
