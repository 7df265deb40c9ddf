import DesiredState

/// Chains of policies, settings and surroundings, made by chance. Every place has one kind in all of them, as a schema
/// gives it: `a`, `a/a` and `b` are objects, all else is a number or null.
struct RandomPolicies {
    static let cases = 500

    private(set) var random: Seeded

    init(seed: UInt64) { random = Seeded(state: seed) }

    mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func flip() -> Bool { Bool.random(using: &random) }

    mutating func settings(_ prefix: [String] = []) -> JSONValue {
        var object: [String: JSONValue] = [:]
        for key in ["a", "b", "c", "d"] where flip() {
            let path = prefix + [key]
            object[key] = Self.isObject(path) ? settings(path) : flip() ? .integer(Int64(number(0..<4))) : .null
        }
        return .object(object)
    }

    static func isObject(_ path: [String]) -> Bool { [["a"], ["a", "a"], ["b"]].contains(path) }

    static let places: [SettingsPath] = [
        ["a"], ["a", "a"], ["a", "a", "c"], ["a", "b"], ["a", "c"], ["b"], ["b", "a"], ["b", "d"], ["c"], ["d"],
    ].map { SettingsPath($0) }

    mutating func locks() -> [SettingsPath] { Self.places.filter { _ in number(0..<5) == 0 } }

    mutating func condition(_ depth: Int = 0) -> SettingsCondition {
        switch number(0..<(depth < 3 ? 6 : 3)) {
        case 0: .labels(["role": flip() ? "db" : "web"])
        case 1: .unreachable(seconds: Int64(number(1..<5) * 60))
        case 2: .network([Subnet(flip() ? "10.1.0.0/16" : "192.168.7.0/24")].compactMap(\.self))
        case 3: .not(condition(depth + 1))
        case 4: .all([condition(depth + 1), condition(depth + 1)])
        default: .any([condition(depth + 1), condition(depth + 1)])
        }
    }

    mutating func policy(_ name: String) -> PolicyLayer {
        PolicyLayer(
            name: name, settings: settings(), locks: locks(),
            profiles: (0..<number(0..<3)).map { number in
                PolicyLayer.Profile(
                    name: "profile-\(number)", condition: condition(), settings: settings(), locks: locks())
            })
    }

    mutating func stack() -> PolicyStack {
        PolicyStack(
            policies: (0..<number(0..<5)).map { policy("policy-\($0)") },
            device: flip() ? DeviceSettings(name: "own", settings: settings()) : nil)
    }

    mutating func facts() -> ConditionFacts {
        ConditionFacts(
            unreachableFor: flip() ? nil : Int64(number(0..<400)),
            addresses: Set(["10.1.2.3", "192.168.7.9", "fd00::1"].filter { _ in flip() }.compactMap { IPAddress($0) }))
    }

    mutating func labels() -> [String: String] { flip() ? [:] : ["role": flip() ? "db" : "web"] }
}
