import DeviceProtocol

/// What became of one entry of a device's document.
package enum EntryOutcome: String, Sendable {
    case applied
    case applying
    case failed

    /// nil for a status that this version does not know.
    init?(_ status: WireEntryStatus) {
        switch status {
        case .applied: self = .applied
        case .applying: self = .applying
        case .failed: self = .failed
        default: return nil
        }
    }
}
