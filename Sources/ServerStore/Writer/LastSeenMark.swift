/// That a device was heard of, when nothing else about it changed.
package struct LastSeenMark: Sendable, Equatable {
    package var device: [UInt8]
    package var at: Int64
    package var reason: String
    package var nextSync: Int64?
    package var address: String

    package init(device: [UInt8], at: Int64, reason: String, nextSync: Int64?, address: String) {
        self.device = device
        self.at = at
        self.reason = reason
        self.nextSync = nextSync
        self.address = address
    }

    /// An older mark never overwrites a newer one; being heard of ends being off, unless the notice came later.
    package static let statement = """
        UPDATE devices SET last_seen_at = $2, last_seen_reason = $3, next_sync_at = $4, address = $5,
            off_reason = CASE WHEN off_at > $2 THEN off_reason END, off_at = CASE WHEN off_at > $2 THEN off_at END
        WHERE uid = $1 AND (last_seen_at IS NULL OR last_seen_at <= $2)
        """

    package var arguments: [SQLValue] {
        [.blob(device), .integer(at), .text(reason), .integer(nextSync), .text(address)]
    }
}
