package import DeviceProtocol

/// Where a run stands. Stored as its number: a run only moves to a higher state, and never out of a final one.
package enum RunState: Int64, Sendable, CaseIterable {
    case pending = 1
    case running
    case succeeded
    case failed
    case cancelled
    case timedOut
    case lost

    /// nil for a state that this version does not know.
    package init?(_ wire: WireRunState) { self.init(rawValue: Int64(wire.rawValue)) }

    package var isFinal: Bool { self > .running }

    package var name: String {
        switch self {
        case .pending: "pending"
        case .running: "running"
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .cancelled: "cancelled"
        case .timedOut: "timed out"
        case .lost: "lost"
        }
    }
}

extension RunState: Comparable {
    package static func < (a: RunState, b: RunState) -> Bool { a.rawValue < b.rawValue }
}
