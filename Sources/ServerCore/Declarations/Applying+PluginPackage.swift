import DesiredState
import Manifests
import PluginPackage
import ServerStore

extension Applying {
    mutating func apply(_ spec: PluginPackageSpec, of manifest: Manifest) throws -> ApplyResult.Action? {
        let name = manifest.metadata.name
        guard let group = try group(spec.group, at: "spec.group", of: manifest),
            let package = try package(of: spec, in: manifest), try isAlone(spec, in: group, manifest)
        else { return nil }
        let existing = try existing(.pluginPackage, name)
        let before = try transaction.first("SELECT * FROM plugin_packages WHERE name = $1", [.text(name)])
        let old: PluginPackageSpec? =
            if case .pluginPackage(let old)? = try existing?.spec() { old } else { nil }
        guard try mayReplace(old, with: spec, package, before, manifest) else { return nil }
        let previous = try previous(old, before, application: spec.application, package: package)
        // Whoever changes it has seen why it was halted.
        let action = try store(
            manifest, in: "plugin_packages",
            columns: [
                "application": .text(spec.application), "group_name": .text(group), "digest": .blob(package.digest),
                "previous_digest": .blob(previous?.digest), "previous_version": .text(previous?.version),
                "halted_at": .null, "halt_reason": .text(""),
            ], existing: existing)
        guard action != .unchanged else { return action }
        try touchSubtree(of: group)
        if let old { try touchSubtree(of: GroupPath.name(of: old.group)) }
        return action
    }

    private mutating func package(of spec: PluginPackageSpec, in manifest: Manifest) throws -> PackageRecord? {
        guard let record = try PackageRecord.find(spec.application, spec.version, in: transaction) else {
            let rows = try transaction.query(
                "SELECT version FROM packages WHERE application = $1 ORDER BY created_at", [.text(spec.application)])
            let known = try rows.map { try $0.text("version") }
            problems.append(
                manifest.problem(
                    at: "spec.version",
                    expected: known.isEmpty
                        ? "a package that was pushed; of \(spec.application) there is none (martlet plugin push)"
                        : "a version that was pushed: \(known.joined(separator: ", "))", got: spec.version))
            return nil
        }
        guard record.signature != nil else {
            problems.append(
                manifest.problem(
                    at: "spec.version", expected: "a package with a signature",
                    got: "\(spec.version) has none yet (martlet plugin push brings it)"))
            return nil
        }
        return record
    }

    private mutating func isAlone(_ spec: PluginPackageSpec, in group: String, _ manifest: Manifest) throws -> Bool {
        let other = try transaction.first(
            "SELECT name FROM plugin_packages WHERE application = $1 AND group_name = $2 AND name <> $3",
            [.text(spec.application), .text(group), .text(manifest.metadata.name)])
        guard let other = try other?.text("name") else { return true }
        problems.append(
            manifest.problem(
                at: "spec.group", expected: "one PluginPackage per application and group",
                got: "\"\(other)\" has \(spec.application) in group \(group)"))
        return false
    }

    private mutating func mayReplace(
        _ old: PluginPackageSpec?, with spec: PluginPackageSpec, _ package: PackageRecord, _ before: SQLRow?,
        _ manifest: Manifest
    ) throws -> Bool {
        guard let old, let before, old.application == spec.application, try before.blob("digest") != package.digest
        else { return true }
        guard PluginVersion(spec.version) < PluginVersion(old.version) else { return true }
        // Devices would refuse it.
        if try DeclaredTrust.statement(in: transaction)?.mayGoBack(spec.application, to: spec.version) == true {
            return true
        }
        problems.append(
            manifest.problem(
                at: "spec.version",
                expected:
                    "a version from \(old.version) on, or downgrades of the TrustDocument that let devices go back",
                got: spec.version))
        return false
    }

    /// What devices keep that the rollout has not reached: the version before, once it had reached all.
    private func previous(
        _ old: PluginPackageSpec?, _ before: SQLRow?, application: String, package: PackageRecord
    ) throws -> (digest: [UInt8], version: String)? {
        guard let old, let before, old.application == application else { return nil }
        let kept: (digest: [UInt8], version: String)? =
            if let digest = try before.optionalBlob("previous_digest"),
                let version = try before.optionalText("previous_version")
            { (digest, version) } else { nil }
        let digest = try before.blob("digest")
        if digest == package.digest { return kept }
        let wasWhole = try old.percent == 100 && !old.isPaused && before.optionalInteger("halted_at") == nil
        return wasWhole ? (digest, old.version) : kept
    }
}
