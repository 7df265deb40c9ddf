package import OpAMP

/// What a device says of the remote configuration as a whole, or of a connection that it was offered.
package enum ConfigOutcome: String, Sendable {
    case unset, applied, applying, failed
    /// A status that this version does not know.
    case unknown

    package init(_ wire: OpAMPRemoteConfigStatuses) {
        switch wire {
        case .unset: self = .unset
        case .applied: self = .applied
        case .applying: self = .applying
        case .failed: self = .failed
        default: self = .unknown
        }
    }

    init(_ wire: OpAMPConnectionSettingsStatuses) {
        switch wire {
        case .unset: self = .unset
        case .applied: self = .applied
        case .applying: self = .applying
        case .failed: self = .failed
        default: self = .unknown
        }
    }
}
