package import DesiredState

/// One way for a device to belong to a group: everything that it says must hold.
package struct PlacementRuleSpec: Sendable, Equatable {
    /// All of these, with these values. Operators give labels.
    package var labels: [String: String]
    /// The address that the server sees is in one of these.
    package var subnets: [Subnet]
    /// Shell patterns, like `web-*`; one is enough. The device says its name itself.
    package var hostnames: [String]
    /// Shell patterns of what the device says of its system, like `linux` or `Debian*`; one is enough.
    package var systems: [String]
    /// Operators accept that what a device says of itself decides where it belongs.
    package var trustsDeviceFacts: Bool

    /// Of a group.
    package static let most = 32
    /// Patterns, or subnets, of a rule.
    package static let mostAlternatives = 64
    /// Characters of a pattern.
    package static let longestPattern = 255

    init?(_ fields: ManifestFields) {
        fields.allow(["labels", "subnets", "hostname", "operatingSystem", "trustDeviceFacts"])
        labels = fields.texts("labels") ?? [:]
        subnets = fields.subnets("subnets", atMost: Self.mostAlternatives) ?? []
        hostnames = Self.patterns("hostname", fields)
        systems = Self.patterns("operatingSystem", fields)
        trustsDeviceFacts = fields.bool("trustDeviceFacts") ?? false
        guard ["labels", "subnets", "hostname", "operatingSystem"].contains(where: { fields.value($0) != nil }),
            fields.value("labels") == nil || !labels.isEmpty
        else {
            fields.refuseAll(
                expected: "at least one of labels, subnets, hostname, operatingSystem, with something in it")
            return nil
        }
        guard trustsDeviceFacts || !usesDeviceFacts else {
            fields.refuse(
                "trustDeviceFacts",
                expected:
                    "true where hostname or operatingSystem decide: a device says them itself, and could say others")
            return nil
        }
    }

    package var usesDeviceFacts: Bool { !hostnames.isEmpty || !systems.isEmpty }

    /// What says nothing beyond the default is left out.
    package var json: JSONValue {
        var object: [String: JSONValue] = [:]
        if !labels.isEmpty { object["labels"] = .object(labels.mapValues { .string($0) }) }
        if !subnets.isEmpty { object["subnets"] = .array(subnets.map { .string("\($0)") }) }
        if !hostnames.isEmpty { object["hostname"] = .array(hostnames.map { .string($0) }) }
        if !systems.isEmpty { object["operatingSystem"] = .array(systems.map { .string($0) }) }
        if trustsDeviceFacts { object["trustDeviceFacts"] = true }
        return .object(object)
    }

    /// One pattern, or a list of them.
    private static func patterns(_ key: String, _ fields: ManifestFields) -> [String] {
        guard let value = fields.value(key) else { return [] }
        let texts = value.json.stringValue.map { [$0] } ?? value.json.arrayValue?.compactMap(\.stringValue) ?? []
        let isWhole = value.json.stringValue != nil || value.json.arrayValue?.count == texts.count
        guard isWhole, (1...mostAlternatives).contains(texts.count),
            texts.allSatisfy({ !$0.isEmpty && $0.count <= longestPattern })
        else {
            fields.refuse(
                key,
                expected:
                    "a shell pattern like web-*, or a list of at most \(mostAlternatives), each of 1 to \(longestPattern) characters"
            )
            return []
        }
        return texts
    }
}
