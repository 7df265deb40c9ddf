import DeviceProtocol
package import ServerStore

/// Gives devices new keys for the two datagrams from time to time.
///
/// A device accepts the key before for as long as it has no newer one, and the server uses the new one once the device
/// has confirmed it: at no moment is a device without a key that works.
package struct KeyRotation: Sendable {
    /// µs after which a key is replaced.
    package static let life: Int64 = 30 * 86_400_000_000
    /// Devices of one round.
    static let most: Int64 = 500

    private let store: any SQLStore
    private let writer: GroupedWriter
    private let sync: DeviceSync
    private let life: Int64
    private let clock: ServerClock

    package init(
        store: any SQLStore, writer: GroupedWriter, sync: DeviceSync, life: Int64 = Self.life,
        clock: ServerClock = .system
    ) {
        self.store = store
        self.writer = writer
        self.sync = sync
        self.life = life
        self.clock = clock
    }

    /// Replaces keys that are old and confirmed; returns how many.
    package func rotate() async throws -> Int {
        let now = clock.now()
        let oldest = now - life
        // Asked every few seconds, of any number of devices: nobody who writes waits for a question whose answer is mostly none.
        guard try await !store.read({ try Self.due(before: oldest, in: $0) }).isEmpty else { return 0 }
        let devices = try await writer.submit { transaction in
            let devices = try Self.due(before: oldest, in: transaction)
            try transaction.executeBatch(
                """
                UPDATE devices SET udp_previous_key = udp_key, udp_previous_key_id = udp_key_id, udp_key = $2,
                    udp_key_id = CASE WHEN udp_key_id + 1 > $4 THEN udp_key_id + 1 ELSE $4 END, udp_key_at = $3
                WHERE uid = $1
                """,
                // A number is never given twice, also not after the store was restored from a backup.
                devices.map {
                    [.blob($0), .blob(Secrets.bytes(Datagram.keyBytes)), .integer(now), .integer(now / 1_000_000)]
                })
            return devices
        }
        sync.invalidate(devices.compactMap { DeviceUID($0) })
        return devices.count
    }

    private static func due(before oldest: Int64, in reader: any SQLReader) throws -> [[UInt8]] {
        try reader.query(
            """
            SELECT uid FROM devices WHERE udp_key_at < $1 AND udp_key_confirmed = udp_key_id AND udp_key_id > 0
                AND standing = 'active' LIMIT $2
            """, [.integer(oldest), .integer(most)]
        ).map { try $0.blob("uid") }
    }
}
