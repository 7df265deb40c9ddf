import DeviceProtocol
package import ServerStore

/// Ends orders that their device did not come for in time, and with an order its run: whoever waits is told.
package struct OrderExpiry: Sendable {
    /// Orders that one transaction ends.
    static let slice = 200

    private let store: any SQLStore
    private let writer: GroupedWriter
    private let feed: ChangeFeed
    private let clock: ServerClock

    /// `feed` is signalled after something ended.
    package init(
        store: any SQLStore, writer: GroupedWriter, feed: ChangeFeed, clock: ServerClock = .system
    ) {
        self.store = store
        self.writer = writer
        self.feed = feed
        self.clock = clock
    }

    /// Returns how many orders ended.
    @discardableResult
    package func expire() async throws -> Int {
        var sum = 0
        while true {
            let now = clock.now()
            // Who writes does not wait for a look at all that is pending.
            guard try await store.read({ try Self.isAnyDue(now: now, in: $0) }) else { break }
            let ended = try await writer.submit(rows: Self.slice * 2) { try Self.expire(now: now, in: $0) }
            sum += ended
            guard ended == Self.slice else { break }
        }
        if sum > 0 { feed.signal() }
        return sum
    }

    private static func isAnyDue(now: Int64, in reader: any SQLReader) throws -> Bool {
        try reader.first(
            "SELECT 1 AS due FROM orders WHERE status = 'pending' AND expires_at <= $1 LIMIT 1", [.integer(now)]) != nil
    }

    private static func expire(now: Int64, in transaction: any SQLTransaction) throws -> Int {
        let rows = try transaction.query(
            """
            SELECT order_id, device_uid, kind, subject, created_at, expires_at FROM orders
            WHERE status = 'pending' AND expires_at <= $1 LIMIT \(slice)
            """, [.integer(now)])
        for row in rows {
            let reason =
                "the device did not come for it in \(life(try row.integer("expires_at") - row.integer("created_at")))"
            try transaction.execute(
                "UPDATE orders SET status = 'expired', message = $2, revision = revision + 1 WHERE order_id = $1",
                [.blob(try row.blob("order_id")), .text(reason)])
            guard try row.text("kind") == OrderKind.runTask.rawValue, let run = Identifier(try row.text("subject"))
            else { continue }
            try transaction.execute(
                """
                UPDATE runs SET state = $3, message = $4, finished_at = $5, updated_at = $5, annotation = NULL,
                    revision = revision + 1
                WHERE run_id = $1 AND device_uid = $2 AND state = \(RunState.pending.rawValue)
                """,
                [
                    .blob(run.bytes), .blob(try row.blob("device_uid")), .integer(RunState.failed.rawValue),
                    .text(reason), .integer(now),
                ])
        }
        return rows.count
    }

    private static func life(_ microseconds: Int64) -> String {
        let seconds = microseconds / 1_000_000
        return seconds >= 3_600 ? "\(seconds / 3_600) h" : "\(seconds) s"
    }
}
