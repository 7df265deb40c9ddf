import DesiredState
import Manifests
import ServerStore

extension Applying {
    mutating func apply(_ spec: SecretSpec, of manifest: Manifest) throws -> ApplyResult.Action? {
        let name = manifest.metadata.name
        guard schema(of: spec.application, in: manifest) != nil, try checkScope(spec.scope, of: manifest) else {
            return nil
        }
        let existing = try existing(.secret, name)
        let change = try spec.value.flatMap { try changed($0.bytes, of: name) }
        let group: String? = if case .group(let name, _) = spec.scope { GroupPath.name(of: name) } else { nil }
        let action = try store(
            manifest, in: "secrets", columns: ["group_name": .text(group), "application": .text(spec.application)],
            existing: existing, evenIfSame: change != nil)
        guard action != .unchanged else { return action }
        if let change { try store(change, of: name) }
        try touch(spec.scope)
        if case .secret(let old)? = try existing?.spec() { try touch(old.scope) }
        return action
    }

    /// What to store instead of the present value; nil when it is the same.
    private func changed(_ value: [UInt8], of name: String) throws -> StoredValue? {
        let row = try transaction.first("SELECT version, sealed FROM secrets WHERE name = $1", [.text(name)])
        let present =
            try row.flatMap { row in
                try row.optionalBlob("sealed").map { vault.open($0, name: name, version: try row.text("version")) }
            } ?? nil
        // Who may only look (a dry run) is not told whether a guess is right.
        if identity.role >= .admin, let present, Secrets.isSame(present, value) { return nil }
        let version = Digest.hex(Secrets.bytes(8))
        return StoredValue(
            version: version, sealed: try vault.seal(value, name: name, version: version),
            replaces: try row?.optionalBlob("sealed") != nil)
    }

    private struct StoredValue {
        var version: String
        var sealed: [UInt8]
        var replaces: Bool
    }

    private mutating func store(_ value: StoredValue, of name: String) throws {
        try transaction.execute(
            "UPDATE secrets SET version = $2, key_id = $3, sealed = $4, value_at = $5 WHERE name = $1",
            [.text(name), .text(value.version), .blob(vault.keyID), .blob(value.sealed), .integer(now)])
        valueChange = JSONDifference(
            path: "spec.value", from: value.replaces ? "(a value)" : nil,
            to: value.replaces ? "(another value)" : "(a value)")
    }
}
