import DeviceProtocol

/// Why a device spoke to us.
enum SeenReason: String, Sendable {
    case schedule, wake, event, start, order, change
    /// It does not say.
    case message

    init(_ report: AgentReport) {
        self =
            switch report.frame?.reason {
            case .schedule: .schedule
            case .wake: .wake
            case .event: .event
            case .start: .start
            case .order: .order
            case .change: .change
            default: .message
            }
    }
}
