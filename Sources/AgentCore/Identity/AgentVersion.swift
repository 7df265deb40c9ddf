import MartletABI

package enum AgentVersion {
    package static let current = "0.1.0"
    /// With the interface of plugins that it has.
    package static let interface = "\(current), interface \(MARTLET_ABI_MAJOR).\(MARTLET_ABI_MINOR)"
    /// µs since 1970: 24 November 2026. It is not earlier than this, whatever a clock says.
    package static let released: Int64 = 1_795_478_400_000_000
}
