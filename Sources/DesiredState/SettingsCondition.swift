/// When a profile lies over its policy's settings. Decided by facts alone, so that a device decides it offline.
package indirect enum SettingsCondition: Sendable, Hashable {
    /// The device has all these labels, with these values. The server knows them, so no such condition reaches a device.
    case labels([String: String])
    /// The server could not be reached for so many seconds.
    case unreachable(seconds: Int64)
    /// An interface has an address in one of these.
    case network([Subnet])
    case not(SettingsCondition)
    case all([SettingsCondition])
    case any([SettingsCondition])

    package static let always = SettingsCondition.all([])
    package static let never = SettingsCondition.any([])
    /// Conditions in conditions, at most.
    package static let maximumDepth = 8

    /// Labels that nobody told hold no condition.
    package func holds(_ facts: ConditionFacts) -> Bool {
        switch self {
        case .labels: false
        case .unreachable(let seconds): facts.unreachableFor.map { $0 >= seconds } ?? false
        case .network(let subnets): facts.addresses.contains { address in subnets.contains { $0.contains(address) } }
        case .not(let condition): !condition.holds(facts)
        case .all(let conditions): conditions.allSatisfy { $0.holds(facts) }
        case .any(let conditions): conditions.contains { $0.holds(facts) }
        }
    }

    /// What is left to decide once the labels are known: `always`, `never`, or a condition without labels.
    package func resolved(labels: [String: String]) -> SettingsCondition {
        switch self {
        case .labels(let wanted): wanted.allSatisfy { labels[$0.key] == $0.value } ? .always : .never
        case .unreachable, .network: self
        case .not(let condition):
            switch condition.resolved(labels: labels) {
            case .always: .never
            case .never: .always
            case let rest: .not(rest)
            }
        case .all(let conditions):
            Self.join(conditions.map { $0.resolved(labels: labels) }, neutral: .always, deciding: .never) { .all($0) }
        case .any(let conditions):
            Self.join(conditions.map { $0.resolved(labels: labels) }, neutral: .never, deciding: .always) { .any($0) }
        }
    }

    private static func join(
        _ conditions: [SettingsCondition], neutral: SettingsCondition, deciding: SettingsCondition,
        _ make: ([SettingsCondition]) -> SettingsCondition
    ) -> SettingsCondition {
        if conditions.contains(deciding) { return deciding }
        let rest = conditions.filter { $0 != neutral }
        return rest.count == 1 ? rest[0] : make(rest)
    }

    /// The labels whose values it depends on.
    package var labelNames: Set<String> {
        switch self {
        case .labels(let labels): Set(labels.keys)
        case .unreachable, .network: []
        case .not(let condition): condition.labelNames
        case .all(let conditions), .any(let conditions):
            conditions.reduce(into: []) { $0.formUnion($1.labelNames) }
        }
    }

    /// The lengths of unreachability at which it may change, in seconds.
    package var unreachableThresholds: Set<Int64> {
        switch self {
        case .labels, .network: []
        case .unreachable(let seconds): [seconds]
        case .not(let condition): condition.unreachableThresholds
        case .all(let conditions), .any(let conditions):
            conditions.reduce(into: []) { $0.formUnion($1.unreachableThresholds) }
        }
    }
}
