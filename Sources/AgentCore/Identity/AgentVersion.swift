package enum AgentVersion {
    package static let current = "0.1.0"
    /// µs since 1970: 24 November 2026. It is not earlier than this, whatever a clock says.
    package static let released: Int64 = 1_795_478_400_000_000
}
