import DesiredState

/// Reads a profile's condition. Several words side by side must all hold; in `outOfOffice` any of them is enough.
enum ConditionReader {
    static let rule = "a condition: labels, outOfOffice, network, not, all, any"

    static func read(_ fields: ManifestFields, depth: Int = 0) -> SettingsCondition? {
        guard depth < SettingsCondition.maximumDepth else {
            fields.refuseAll(expected: "at most \(SettingsCondition.maximumDepth) conditions in one another")
            return nil
        }
        fields.allow(["labels", "outOfOffice", "network", "not", "all", "any"])
        guard fields.memberCount > 0 else {
            fields.refuseAll(expected: rule)
            return nil
        }
        var conditions: [SettingsCondition?] = []
        if fields.value("labels") != nil { conditions.append(fields.texts("labels").map { .labels($0) }) }
        if let office = fields.object("outOfOffice") { conditions.append(outOfOffice(office)) }
        if fields.value("network") != nil { conditions.append(network(fields)) }
        if let inner = fields.object("not") {
            conditions.append(read(inner, depth: depth + 1).map { .not($0) })
        }
        if let list = list("all", fields, depth) { conditions.append(.all(list)) }
        if let list = list("any", fields, depth) { conditions.append(.any(list)) }
        let known = conditions.compactMap(\.self)
        guard known.count == conditions.count, let first = known.first else { return nil }
        return known.count == 1 ? first : .all(known)
    }

    private static func list(_ key: String, _ fields: ManifestFields, _ depth: Int) -> [SettingsCondition]? {
        guard let elements = fields.list(key, atMost: SpecLimits.profiles) else { return nil }
        return elements.compactMap { read($0, depth: depth + 1) }
    }

    private static func outOfOffice(_ fields: ManifestFields) -> SettingsCondition? {
        fields.allow(["unreachableFor", "network"])
        var conditions: [SettingsCondition] = []
        if let seconds = fields.duration("unreachableFor", in: SpecLimits.unreachableFor) {
            conditions.append(.unreachable(seconds: seconds))
        }
        if fields.value("network") != nil, let network = network(fields) { conditions.append(network) }
        guard let first = conditions.first else {
            fields.refuseAll(expected: "unreachableFor, network or both")
            return nil
        }
        return conditions.count == 1 ? first : .any(conditions)
    }

    /// `{name: office, subnets: [10.1.0.0/16]}`; the name is for people.
    private static func network(_ fields: ManifestFields) -> SettingsCondition? {
        guard let network = fields.object("network") else { return nil }
        network.allow(["name", "subnets"])
        _ = network.string("name")
        network.require("subnets", "a list of subnets, like 10.1.0.0/16")
        guard let subnets = network.subnets("subnets", atMost: SpecLimits.subnets) else { return nil }
        return .network(subnets)
    }
}
