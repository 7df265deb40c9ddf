import Manifests
import ServerStore

extension Applying {
    mutating func apply(_ spec: RemoteConfigSpec, of manifest: Manifest) throws -> ApplyResult.Action? {
        guard try checkScope(spec.scope, of: manifest) else { return nil }
        let existing = try existing(.remoteConfig, manifest.metadata.name)
        let group: String? = if case .group(let name, _) = spec.scope { GroupPath.name(of: name) } else { nil }
        let action = try store(
            manifest, in: "remote_configs", columns: ["group_name": .text(group)], existing: existing)
        guard action != .unchanged else { return action }
        try touchStrangers(spec.scope)
        if case .remoteConfig(let old)? = try existing?.spec() { try touchStrangers(old.scope) }
        return action
    }
}
