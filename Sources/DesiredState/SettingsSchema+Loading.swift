extension SettingsSchema {
    /// Reads a schema. Throws the first place that is not in the subset, as a JSON pointer into the schema.
    package init(json: JSONValue) throws(SchemaViolation) {
        try self.init(json: json, at: "", depth: 0)
    }

    private init(json: JSONValue, at path: String, depth: Int) throws(SchemaViolation) {
        guard let members = json.objectValue else {
            throw SchemaViolation(path: path, expected: "a schema (object)", got: json.typeName)
        }
        guard depth <= Self.maximumDepth else {
            throw SchemaViolation(path: path, expected: "at most \(Self.maximumDepth) levels", got: "more")
        }
        for name in members.keys.sorted() {
            try read(name, members[name] ?? .null, at: path + "/" + name, depth: depth)
        }
    }

    private mutating func read(_ name: String, _ value: JSONValue, at path: String, depth: Int) throws(SchemaViolation)
    {
        switch name {
        case "type": kinds = try Self.kinds(value, at: path)
        case "properties":
            for (key, schema) in try Self.object(value, at: path) {
                properties[key] = try SettingsSchema(json: schema, at: path + "/" + key, depth: depth + 1)
            }
        case "required": required = try Self.strings(value, at: path)
        case "additionalProperties":
            guard let flag = value.boolValue else { throw Self.wrong(path, "true or false", value) }
            allowsOtherProperties = flag
        case "items": items = [try SettingsSchema(json: value, at: path, depth: depth + 1)]
        case "enum":
            guard let values = value.arrayValue, !values.isEmpty else {
                throw Self.wrong(path, "a list of values", value)
            }
            allowedValues = values
        case "minimum": minimum = try Self.number(value, at: path)
        case "maximum": maximum = try Self.number(value, at: path)
        case "minLength": minimumLength = try Self.length(value, at: path)
        case "maxLength": maximumLength = try Self.length(value, at: path)
        case "pattern":
            guard let source = value.stringValue else { throw Self.wrong(path, "a pattern", value) }
            pattern = try BoundedPattern(source, at: path)
        case "default": defaultValue = value
        case "title": title = value.stringValue
        case "description": explanation = value.stringValue
        case "x-martlet-secret":
            guard let flag = value.boolValue else { throw Self.wrong(path, "true or false", value) }
            isSecret = flag
        default:
            guard name.hasPrefix("x-martlet-") else {
                throw SchemaViolation(path: path, expected: "a keyword of the supported subset", got: name)
            }
        }
    }

    private static func wrong(_ path: String, _ expected: String, _ value: JSONValue) -> SchemaViolation {
        SchemaViolation(path: path, expected: expected, got: CanonicalJSON.text(value))
    }

    private static func kinds(_ value: JSONValue, at path: String) throws(SchemaViolation) -> Set<Kind> {
        let names = value.arrayValue ?? [value]
        var kinds: Set<Kind> = []
        for name in names {
            guard let text = name.stringValue, let kind = Kind(rawValue: text) else {
                throw wrong(path, "one of " + Kind.allCases.map(\.rawValue).joined(separator: ", "), name)
            }
            kinds.insert(kind)
        }
        return kinds
    }

    private static func object(_ value: JSONValue, at path: String) throws(SchemaViolation) -> [String: JSONValue] {
        guard let object = value.objectValue else { throw wrong(path, "an object", value) }
        return object
    }

    private static func strings(_ value: JSONValue, at path: String) throws(SchemaViolation) -> [String] {
        guard let array = value.arrayValue else { throw wrong(path, "a list of names", value) }
        let strings = array.compactMap(\.stringValue)
        guard strings.count == array.count else { throw wrong(path, "a list of names", value) }
        return strings
    }

    private static func number(_ value: JSONValue, at path: String) throws(SchemaViolation) -> Double {
        guard let number = value.doubleValue else { throw wrong(path, "a number", value) }
        return number
    }

    private static func length(_ value: JSONValue, at path: String) throws(SchemaViolation) -> Int {
        guard let number = value.integerValue, number >= 0 else { throw wrong(path, "a length", value) }
        return Int(number)
    }
}
