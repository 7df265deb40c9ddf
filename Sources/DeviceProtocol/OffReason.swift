/// Why a device says good-bye. A value that this version does not know is kept as it came.
package struct OffReason: RawRepresentable, Sendable, Hashable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let agentStopped = OffReason(rawValue: 1)
    package static let hostShutdown = OffReason(rawValue: 2)
}

extension OffReason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .agentStopped: "agent stopped"
        case .hostShutdown: "host shutdown"
        default: "off (reason \(rawValue))"
        }
    }
}
