import DesiredState

/// What a device tells of its own part in the merge, as an entry of the effective configuration: profiles that hold,
/// what its user wants, and what of that is refused. An application of which nothing is to be told is left out.
enum PolicyReport {
    static func json(active: [SettingsProfile], local: JSONValue, _ merged: LayeredSettings) -> JSONValue? {
        var object: [String: JSONValue] = [:]
        let conditional = active.filter { $0.condition != .always }
        if !conditional.isEmpty { object["profiles"] = .array(conditional.map { .string($0.id) }) }
        if local != .object([:]) { object["local"] = local }
        let refused = merged.refused.filter { $0.source == .local }
        if !refused.isEmpty {
            object["refused"] = .array(
                refused.map {
                    ["path": .string("\($0.path)"), "value": $0.value, "by": .string($0.lock?.holder ?? "")]
                })
        }
        return object.isEmpty ? nil : .object(object)
    }
}
