package import DeviceProtocol

/// How much an event matters. Stored as its number.
package enum EventSeverity: Int64, Sendable, CaseIterable {
    case info = 1
    case warning
    case failure
    case critical

    /// nil for a severity that this version does not know.
    package init?(_ wire: WireSeverity) { self.init(rawValue: Int64(wire.rawValue)) }

    package init?(name: String) {
        guard let match = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }

    package var name: String {
        switch self {
        case .info: "info"
        case .warning: "warning"
        case .failure: "failure"
        case .critical: "critical"
        }
    }
}
