import Manifests
import Testing

/// The bounds of what one manifest may say: at each it is taken, beyond it is refused by name.
@Suite struct SpecLimitTests {
    private static func policy(locks: Int = 1, profiles: Int = 1, subnets: Int = 1) -> String {
        let locked = (0..<locks).map { "/a\($0)" }.joined(separator: ", ")
        let nets = (0..<subnets).map { "10.\($0).0.0/16" }.joined(separator: ", ")
        let layers = (0..<profiles).map {
            "{name: p\($0), when: {network: {subnets: [\(nets)]}}, settings: {a: 1}}"
        }.joined(separator: ", ")
        return """
            apiVersion: martlet/v1
            kind: Policy
            metadata: {name: p}
            spec: {application: martlet.clamav, group: root, settings: {}, locks: [\(locked)], profiles: [\(layers)]}
            """
    }

    private static func group(windows: Int = 1, rules: Int = 1) -> String {
        let opened = (0..<windows).map { "{cron: \"\($0) 2 * * *\", duration: 1h}" }.joined(separator: ", ")
        let placed = (0..<rules).map { "{labels: {role: r\($0)}}" }.joined(separator: ", ")
        return """
            apiVersion: martlet/v1
            kind: Group
            metadata: {name: g}
            spec: {parent: root, maintenanceWindows: [\(opened)], placement: [\(placed)]}
            """
    }

    private func problem(_ text: String) -> String? {
        do throws(ManifestError) {
            _ = try ManifestDecoder.decode(text)
            return nil
        } catch { return error.problems.first.map { "\($0.path): \($0.expected)" } }
    }

    @Test func `a policy has at most so many locks and profiles, a condition so many subnets`() {
        #expect(problem(Self.policy(locks: SpecLimits.locks, profiles: SpecLimits.profiles)) == nil)
        #expect(problem(Self.policy(locks: SpecLimits.locks + 1))?.contains("at most \(SpecLimits.locks)") == true)
        #expect(problem(Self.policy(profiles: SpecLimits.profiles + 1))?.hasPrefix("spec.profiles: ") == true)
        #expect(problem(Self.policy(subnets: SpecLimits.subnets)) == nil)
        #expect(
            problem(Self.policy(subnets: SpecLimits.subnets + 1))?.contains("\(SpecLimits.subnets) subnets") == true)
    }

    @Test func `a group has at most so many maintenance windows and rules`() {
        #expect(problem(Self.group(windows: 16, rules: 32)) == nil)
        #expect(problem(Self.group(windows: 17))?.hasPrefix("spec.maintenanceWindows: a list of 1 to 16") == true)
        #expect(problem(Self.group(rules: 33))?.hasPrefix("spec.placement: a list of 1 to 32") == true)
    }

    @Test func `a secret's value has at most so many bytes`() {
        func secret(_ bytes: Int) -> String {
            """
            apiVersion: martlet/v1
            kind: Secret
            metadata: {name: s}
            spec: {application: martlet.clamav, scope: {group: root}, value: \(String(repeating: "x", count: bytes))}
            """
        }
        #expect(problem(secret(SecretSpec.longestValue)) == nil)
        #expect(problem(secret(SecretSpec.longestValue + 1)) == "spec.value: 1 to \(SecretSpec.longestValue) bytes")
    }
}
