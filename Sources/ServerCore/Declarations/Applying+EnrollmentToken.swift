import Manifests
import ServerStore

extension Applying {
    /// Declares who may join; the secret is made by `token create`.
    mutating func apply(_ spec: EnrollmentTokenSpec, of manifest: Manifest) throws -> ApplyResult.Action? {
        guard let group = try group(spec.group, at: "spec.group", of: manifest) else { return nil }
        let existing = try existing(.enrollmentToken, manifest.metadata.name)
        let created = existing?.createdAt ?? now
        return try store(
            manifest, in: "enrollment_tokens",
            columns: [
                "group_name": .text(group), "uses": .integer(spec.uses),
                "expires_at": .integer(created + spec.expires * 1_000_000),
                "require_approval": .flag(spec.requireApproval),
            ], existing: existing)
    }
}
