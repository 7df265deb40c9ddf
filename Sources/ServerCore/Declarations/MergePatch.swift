import DesiredState

/// RFC 7396: objects by key, null takes a key away, everything else replaces.
enum MergePatch {
    static func apply(_ patch: JSONValue, to target: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var object = target.objectValue ?? [:]
        for (key, change) in changes {
            if change == .null {
                object.removeValue(forKey: key)
            } else {
                object[key] = apply(change, to: object[key] ?? .null)
            }
        }
        return .object(object)
    }
}
