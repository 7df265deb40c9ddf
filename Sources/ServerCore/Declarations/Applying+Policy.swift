import DesiredState
import Manifests
import ServerStore

extension Applying {
    mutating func apply(_ spec: PolicySpec, of manifest: Manifest) throws -> ApplyResult.Action? {
        let name = manifest.metadata.name
        guard let group = try group(spec.group, at: "spec.group", of: manifest) else { return nil }
        guard check(spec.settings, of: spec.application, at: "spec.settings", in: manifest) else { return nil }
        let other = try transaction.first(
            "SELECT name FROM policies WHERE application = $1 AND group_name = $2 AND name <> $3",
            [.text(spec.application), .text(group), .text(name)])
        if let other = try other?.text("name") {
            problems.append(
                manifest.problem(
                    at: "spec.group", expected: "one policy per application and group",
                    got: "policy \"\(other)\" has \(spec.application) in group \(group)"))
            return nil
        }
        let existing = try existing(.policy, name)
        let action = try store(
            manifest, in: "policies", columns: ["application": .text(spec.application), "group_name": .text(group)],
            existing: existing)
        guard action != .unchanged else { return action }
        try touchSubtree(of: group)
        if let old = existing?.specJSON["group"]?.stringValue { try touchSubtree(of: GroupPath.name(of: old)) }
        return action
    }

    /// A policy is one layer: members that the schema requires may come from another group's.
    private mutating func check(
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
