import DesiredState

/// RFC 7396: objects by key, null takes a key away, everything else replaces.
enum MergePatch {
    static func apply(_ patch: JSONValue, to target: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var object = target.objectValue ?? [:]
        for (key, change) in changes {
            object[key] = change == .null ? nil : apply(change, to: object[key] ?? .null)
        }
        return .object(object)
    }
}
