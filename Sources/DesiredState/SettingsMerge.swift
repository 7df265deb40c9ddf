/// How one layer of settings lies over another: objects by key, arrays and scalars replace, null is a value.
package enum SettingsMerge {
    package static func merge(_ base: JSONValue, with overlay: JSONValue) -> JSONValue {
        guard case .object(var merged) = base, case .object(let above) = overlay else { return overlay }
        for (key, value) in above { merged[key] = merged[key].map { merge($0, with: value) } ?? value }
        return .object(merged)
    }

    /// The first layer is the lowest (the top of the tree of groups).
    package static func merge(_ layers: [JSONValue]) -> JSONValue {
        layers.reduce(.object([:])) { merge($0, with: $1) }
    }
}
