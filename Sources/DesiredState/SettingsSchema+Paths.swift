extension SettingsSchema {
    /// Whether what stands at `path`, or above it, is marked `x-martlet-secret`.
    package func isSecret(_ path: SettingsPath) -> Bool {
        var schema = self
        if schema.isSecret { return true }
        for key in path.keys {
            guard let next = schema.properties[key] else { return false }
            if next.isSecret { return true }
            schema = next
        }
        return false
    }

    /// nil when a document of this schema may have something at `path`; else where the path leaves the schema.
    package func violation(of path: SettingsPath) -> SchemaViolation? {
        var schema = self
        for (depth, key) in path.keys.enumerated() {
            let place = SettingsPath(Array(path.keys.prefix(depth)))
            guard schema.kinds.isEmpty || schema.kinds.contains(.object) else {
                return SchemaViolation(
                    path: "\(place)", expected: "no member: \(place) is not an object", got: "\(path)")
            }
            guard let next = schema.properties[key] else {
                if schema.allowsOtherProperties { return nil }
                let known = schema.properties.keys.sorted()
                let hint =
                    NameSuggestion.nearest(to: key, among: known)
                    .map { "; did you mean \"\(place.appending($0))\"?" } ?? ""
                return SchemaViolation(
                    path: "\(place)",
                    expected: "one of " + known.map { "\(place.appending($0))" }.joined(separator: ", "),
                    got: "\(path)\(hint)")
            }
            schema = next
        }
        return nil
    }
}
