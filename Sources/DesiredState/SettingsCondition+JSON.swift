extension SettingsCondition {
    /// As it travels in a document.
    package var json: JSONValue {
        switch self {
        case .labels(let labels): ["labels": .object(labels.mapValues { .string($0) })]
        case .unreachable(let seconds): ["unreachableSeconds": .integer(seconds)]
        case .network(let subnets): ["network": .array(subnets.map { .string("\($0)") })]
        case .not(let condition): ["not": condition.json]
        case .all(let conditions): ["all": .array(conditions.map(\.json))]
        case .any(let conditions): ["any": .array(conditions.map(\.json))]
        }
    }

    /// Throws what cannot be read: a condition that this version does not know is not guessed at.
    init(json: JSONValue, entry: String, depth: Int = 0) throws(DocumentError) {
        guard depth <= Self.maximumDepth, let members = json.objectValue, members.count == 1,
            let (word, value) = members.first
        else { throw Self.wrong(entry, json) }
        switch (word, value) {
        case ("labels", .object(let labels)):
            let texts = labels.compactMapValues(\.stringValue)
            guard texts.count == labels.count else { throw Self.wrong(entry, json) }
            self = .labels(texts)
        case ("unreachableSeconds", .integer(let seconds)): self = .unreachable(seconds: seconds)
        case ("network", .array(let texts)):
            let subnets = texts.compactMap { $0.stringValue.flatMap(Subnet.init) }
            guard subnets.count == texts.count else { throw Self.wrong(entry, json) }
            self = .network(subnets)
        case ("not", let inner): self = .not(try SettingsCondition(json: inner, entry: entry, depth: depth + 1))
        case ("all", .array(let list)): self = .all(try Self.list(list, entry, depth))
        case ("any", .array(let list)): self = .any(try Self.list(list, entry, depth))
        default: throw Self.wrong(entry, json)
        }
    }

    private static func list(
        _ elements: [JSONValue], _ entry: String, _ depth: Int
    ) throws(DocumentError) -> [SettingsCondition] {
        try elements.map { json throws(DocumentError) in
            try SettingsCondition(json: json, entry: entry, depth: depth + 1)
        }
    }

    private static func wrong(_ entry: String, _ json: JSONValue) -> DocumentError {
        DocumentError(
            entry: entry,
            reason: "a profile's condition is none that this agent knows: \(CanonicalJSON.text(json).prefix(120))")
    }
}
