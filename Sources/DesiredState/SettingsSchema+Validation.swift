extension SettingsSchema {
    /// Every violation, at most `limit`, in the order of the document's sorted keys.
    ///
    /// `partial` accepts a layer of settings, in which required members may come from another layer.
    package func violations(in value: JSONValue, partial: Bool = false, limit: Int = 50) -> [SchemaViolation] {
        var found: [SchemaViolation] = []
        check(value, at: "", partial: partial, depth: 0, into: &found)
        return Array(found.prefix(limit))
    }

    private func check(
        _ value: JSONValue, at path: String, partial: Bool, depth: Int, into found: inout [SchemaViolation]
    ) {
        guard depth <= Self.maximumDepth else {
            found.append(SchemaViolation(path: path, expected: "at most \(Self.maximumDepth) levels", got: "more"))
            return
        }
        guard acceptsKind(of: value) else {
            let expected = kinds.map(\.rawValue).sorted().joined(separator: " or ")
            found.append(SchemaViolation(path: path, expected: expected, got: Self.show(value)))
            return
        }
        if !allowedValues.isEmpty, !allowedValues.contains(value) {
            let expected = "one of " + allowedValues.map(Self.show).joined(separator: ", ")
            found.append(SchemaViolation(path: path, expected: expected, got: Self.show(value)))
        }
        switch value {
        case .integer, .number: checkRange(value, at: path, into: &found)
        case .string(let text): checkText(text, at: path, into: &found)
        case .array(let elements):
            guard let schema = items.first else { return }
            for (index, element) in elements.enumerated() {
                schema.check(element, at: "\(path)/\(index)", partial: partial, depth: depth + 1, into: &found)
            }
        case .object(let members): checkMembers(members, at: path, partial: partial, depth: depth, into: &found)
        default: break
        }
    }

    private func acceptsKind(of value: JSONValue) -> Bool {
        guard !kinds.isEmpty else { return true }
        switch value {
        case .null: return kinds.contains(.null)
        case .bool: return kinds.contains(.boolean)
        case .integer: return kinds.contains(.integer) || kinds.contains(.number)
        case .number: return kinds.contains(.number)
        case .string: return kinds.contains(.string)
        case .array: return kinds.contains(.array)
        case .object: return kinds.contains(.object)
        }
    }

    private func checkRange(_ value: JSONValue, at path: String, into found: inout [SchemaViolation]) {
        guard let number = value.doubleValue else { return }
        if let minimum, number < minimum {
            found.append(SchemaViolation(path: path, expected: "at least \(Self.show(minimum))", got: Self.show(value)))
        }
        if let maximum, number > maximum {
            found.append(SchemaViolation(path: path, expected: "at most \(Self.show(maximum))", got: Self.show(value)))
        }
    }

    private func checkText(_ text: String, at path: String, into found: inout [SchemaViolation]) {
        let length = text.unicodeScalars.count
        if let minimumLength, length < minimumLength {
            found.append(
                SchemaViolation(path: path, expected: "at least \(minimumLength) characters", got: "\(length)"))
        }
        if let maximumLength, length > maximumLength {
            found.append(SchemaViolation(path: path, expected: "at most \(maximumLength) characters", got: "\(length)"))
        }
        if let pattern, !pattern.matches(text) {
            found.append(
                SchemaViolation(path: path, expected: "text matching \(pattern.source)", got: Self.show(.string(text))))
        }
    }

    private func checkMembers(
        _ members: [String: JSONValue], at path: String, partial: Bool, depth: Int,
        into found: inout [SchemaViolation]
    ) {
        for name in members.keys.sorted() {
            let place = path + "/" + Self.escape(name)
            if let schema = properties[name] {
                schema.check(members[name] ?? .null, at: place, partial: partial, depth: depth + 1, into: &found)
            } else if !allowsOtherProperties {
                let known = properties.keys.sorted()
                let hint = NameSuggestion.hint(for: name, among: known)
                found.append(
                    SchemaViolation(
                        path: place, expected: known.isEmpty ? "no member" : "one of \(known.joined(separator: ", "))",
                        got: "unknown member \(name)\(hint)"))
            }
        }
        guard !partial else { return }
        for name in required where members[name] == nil {
            found.append(SchemaViolation(path: path + "/" + Self.escape(name), expected: "a value", got: "nothing"))
        }
    }

    private static func escape(_ name: String) -> String {
        var out = ""
        for character in name {
            switch character {
            case "~": out += "~0"
            case "/": out += "~1"
            default: out.append(character)
            }
        }
        return out
    }

    private static func show(_ number: Double) -> String { CanonicalJSON.text(.number(number)) }

    private static func show(_ value: JSONValue) -> String {
        let text = CanonicalJSON.text(value)
        return text.count <= 60 ? text : "\(value.typeName) \(text.prefix(57))…"
    }
}
