internal import PluginPackage

/// What plugins may touch of the host beyond their own folders: what their manifests ask for, as far as somebody allows it.
/// Pure.
///
/// The host's owner does (`grants` of agent.yaml), and a statement of trust that was signed where no server can. A plugin that
/// the owner installed has what its manifest names one by one unless the owner said otherwise; one that came in a package
/// has nothing that nobody granted: its manifest is its vendor's word, and came over the server.
package struct PluginGrants: Sendable, Hashable {
    /// By plugin: the owner's.
    package var units: [String: Set<String>]
    package var paths: [String: Set<String>]
    /// By plugin: of the statement of trust.
    package var signedUnits: [String: Set<String>] = [:]
    package var signedPaths: [String: Set<String>] = [:]

    package init(units: [String: Set<String>] = [:], paths: [String: Set<String>] = [:]) {
        self.units = units
        self.paths = paths
    }

    /// Why the plugin may not act on the unit; nil when it may.
    func refusal(of unit: String, for manifest: PluginManifest, isPackaged: Bool = false) -> Refusal? {
        guard manifest.units.contains(where: { $0.covers(unit) }) else {
            return Refusal("unit \(unit) is not in the plugin's manifest", .notPermitted)
        }
        if signedUnits[manifest.id]?.contains(unit) == true { return nil }
        let named = !isPackaged && manifest.units.contains { $0.unit == unit }
        guard !(units[manifest.id]?.contains(unit) ?? named) else { return nil }
        return Refusal(
            "unit \(unit) is not granted to \(manifest.id) on this device; the host's owner may add it to "
                + "grants.\(manifest.id).units of agent.yaml, or a TrustDocument may grant it", .notPermitted)
    }

    /// Why the plugin may not write the file; nil when it may.
    func refusal(ofPath path: String, for manifest: PluginManifest, isPackaged: Bool = false) -> Refusal? {
        guard manifest.paths.contains(where: { $0.covers(path) }) else {
            return Refusal("path \(path) is not in the plugin's manifest", .notPermitted)
        }
        guard isPackaged || paths[manifest.id] != nil else { return nil }
        let granted = (paths[manifest.id] ?? []).union(signedPaths[manifest.id] ?? [])
        guard !granted.contains(where: { PluginPathGrant(path: $0, reason: "").covers(path) }) else { return nil }
        return Refusal(
            "path \(path) is not granted to \(manifest.id) on this device; the host's owner may add it to "
                + "grants.\(manifest.id).paths of agent.yaml, or a TrustDocument may grant it", .notPermitted)
    }
}
