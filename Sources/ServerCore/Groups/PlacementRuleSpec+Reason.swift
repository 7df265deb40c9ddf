import DesiredState
import Foundation
package import Manifests

extension PlacementRuleSpec {
    /// What of the device meets the rule, for people; nil when something does not.
    package func reason(_ facts: PlacementFacts) -> String? {
        var reasons: [String] = []
        for (key, value) in labels.sorted(by: { $0.key < $1.key }) {
            guard facts.labels[key] == value else { return nil }
            reasons.append("label \(key)=\(value)")
        }
        if !subnets.isEmpty {
            guard let address = facts.address, let subnet = subnets.first(where: { $0.contains(address) }) else {
                return nil
            }
            reasons.append("address \(address) is in \(subnet)")
        }
        if !hostnames.isEmpty {
            guard let pattern = hostnames.first(where: { Self.matches(facts.hostname, $0) }) else { return nil }
            reasons.append("host name \(facts.hostname) is like \(pattern)")
        }
        if !systems.isEmpty {
            guard let (system, pattern) = Self.first(facts.systems, systems) else { return nil }
            reasons.append("system \(system) is like \(pattern)")
        }
        return reasons.joined(separator: ", ")
    }

    private static func first(_ systems: [String], _ patterns: [String]) -> (String, String)? {
        for pattern in patterns {
            if let system = systems.first(where: { matches($0, pattern) }) { return (system, pattern) }
        }
        return nil
    }

    /// As shells match names, without regard to case.
    private static func matches(_ text: String, _ pattern: String) -> Bool {
        // FNM_CASEFOLD, which Glibc declares for GNU sources alone.
        let ignoringCase: Int32 = 1 << 4
        return !text.isEmpty && fnmatch(pattern, text, ignoringCase) == 0
    }
}
