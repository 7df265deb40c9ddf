package import DeviceProtocol

/// What became of one entry of the desired state on this device.
package struct EntryOutcome: Sendable, Hashable {
    package var entry: String
    /// SHA-256 of the entry's bytes.
    package var hash: [UInt8]
    package var status: WireEntryStatus
    package var reason: String
    package var time: Int64

    package init(entry: String, hash: [UInt8], status: WireEntryStatus, reason: String = "", time: Int64) {
        self.entry = entry
        self.hash = hash
        self.status = status
        self.reason = reason
        self.time = time
    }
}
