import DesiredState
import Manifests
import ServerStore

extension Applying {
    mutating func apply(_ spec: PolicySpec, of manifest: Manifest) throws -> ApplyResult.Action? {
        let name = manifest.metadata.name
        guard let group = try group(spec.group, at: "spec.group", of: manifest) else { return nil }
        guard check(spec, in: manifest), try isAlone(spec, in: group, manifest) else { return nil }
        let existing = try existing(.policy, name)
        let action = try store(
            manifest, in: "policies",
            columns: [
                "application": .text(spec.application), "group_name": .text(group), "active": .flag(spec.isActive),
            ], existing: existing)
        guard action != .unchanged else { return action }
        try touchSubtree(of: group)
        if let old = existing?.specJSON["group"]?.stringValue { try touchSubtree(of: GroupPath.name(of: old)) }
        return action
    }

    /// An inactive policy may stand beside any other.
    private mutating func isAlone(_ spec: PolicySpec, in group: String, _ manifest: Manifest) throws -> Bool {
        guard spec.isActive else { return true }
        let other = try transaction.first(
            "SELECT name FROM policies WHERE application = $1 AND group_name = $2 AND name <> $3 AND active = 1",
            [.text(spec.application), .text(group), .text(manifest.metadata.name)])
        guard let other = try other?.text("name") else { return true }
        problems.append(
            manifest.problem(
                at: "spec.group", expected: "one active policy per application and group",
                got:
                    "policy \"\(other)\" has \(spec.application) in group \(group); at most one is active: give the other active: false"
            ))
        return false
    }

    private mutating func check(_ spec: PolicySpec, in manifest: Manifest) -> Bool {
        let before = problems.count
        guard check(spec.settings, of: spec.application, at: "spec.settings", in: manifest),
            let schema = schema(of: spec.application, in: manifest)
        else { return false }
        check(spec.locks, at: "spec.locks", schema, in: manifest)
        for (index, profile) in spec.profiles.enumerated() {
            let place = "spec.profiles.\(index)"
            _ = check(profile.settings, of: spec.application, at: "\(place).settings", in: manifest)
            check(profile.locks, at: "\(place).locks", schema, in: manifest)
        }
        return problems.count == before
    }

    private mutating func check(
        _ locks: [SettingsPath], at place: String, _ schema: SettingsSchema, in manifest: Manifest
    ) {
        for (index, path) in locks.enumerated() {
            guard let violation = schema.violation(of: path) else { continue }
            problems.append(
                manifest.problem(at: "\(place).\(index)", expected: violation.expected, got: violation.got))
        }
    }

    /// A policy is one layer: members that the schema requires may come from another group's.
    mutating func check(
        _ settings: JSONValue, of application: String, at path: String, in manifest: Manifest
    ) -> Bool {
        guard let schema = schema(of: application, in: manifest) else { return false }
        let violations = schema.violations(in: settings, partial: true)
        problems += violations.map { SettingsProblem.problem($0, below: path, in: manifest) }
        return violations.isEmpty
    }

    mutating func schema(of application: String, in manifest: Manifest) -> SettingsSchema? {
        if let schema = catalog.schema(of: application) { return schema }
        let known = catalog.applications
        let expected =
            known.isEmpty
            ? "an application whose plugin manifest the server has (it has none)"
            : "one of \(known.joined(separator: ", "))"
        problems.append(
            manifest.problem(
                at: "spec.application", expected: expected,
                got: application + NameSuggestion.hint(for: application, among: known)))
        return nil
    }
}
