internal import PluginPackage

/// What the host's owner lets plugins do with units: `grants` of agent.yaml. Pure.
package struct UnitGrants: Sendable, Hashable {
    /// By plugin. One that is not here has the units that its manifest names one by one.
    package var units: [String: Set<String>]

    package init(units: [String: Set<String>] = [:]) { self.units = units }

    /// Why the plugin may not act on the unit; nil when it may. Both must agree: manifest and owner.
    func refusal(of unit: String, for manifest: PluginManifest) -> Refusal? {
        guard manifest.units.contains(where: { $0.covers(unit) }) else {
            return Refusal("unit \(unit) is not in the plugin's manifest", .notPermitted)
        }
        let isGranted = units[manifest.id]?.contains(unit) ?? manifest.units.contains { $0.unit == unit }
        guard !isGranted else { return nil }
        return Refusal(
            "unit \(unit) is not granted to \(manifest.id) on this device; the host's owner may add it to "
                + "grants.\(manifest.id).units of agent.yaml", .notPermitted)
    }
}
