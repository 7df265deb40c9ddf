package import ServerStore

/// Removes what is older, or more, than is to be kept.
///
/// Works in small transactions of its own and rests between them as long as each took: ingest and control find the
/// writer free at least half of the time, and no batch of theirs carries a row of this.
package struct StoreTrimmer: Sendable {
    /// Rows that one transaction removes.
    static let slice: Int64 = 500

    private let store: any SQLStore
    private let settings: RetentionSettings
    private let clock: ServerClock

    package init(store: any SQLStore, settings: RetentionSettings, clock: ServerClock = .system) {
        self.store = store
        self.settings = settings
        self.clock = clock
    }

    /// Returns how many rows went.
    @discardableResult
    package func trim() async throws -> Int {
        let now = clock.now()
        var removed = try await removeOld("events", key: "position", time: "received_at", days: settings.eventDays, now)
        for severity in EventSeverity.allCases { removed += try await removeSurplus(of: severity) }
        removed += try await removeEndedRuns(before: Self.limit(settings.runDays, now))
        removed += try await removeOld("orders", key: "order_id", time: "expires_at", days: settings.runDays, now)
        removed += try await removeOld("launches", key: "launch_id", time: "created_at", days: settings.runDays, now)
        removed += try await removeOld("audit", key: "position", time: "at", days: settings.auditDays, now)
        removed += try await removeOldReadmissions(before: Self.limit(settings.runDays, now))
        // Who writes does not wait for a look at every device that mostly finds nothing.
        guard try await !store.read({ try DocumentWriter.unused(1, in: $0) }).isEmpty else { return removed }
        return try await removed + inSlices { try DocumentWriter.removeUnused($1, in: $0) }
    }

    /// Devices that have not asked for so long.
    private func removeOldReadmissions(before limit: Int64) async throws -> Int {
        try await inSlices { transaction, rows in
            try transaction.execute(
                """
                DELETE FROM readmissions WHERE device_uid IN
                    (SELECT device_uid FROM readmissions WHERE last_at < $1 ORDER BY last_at LIMIT $2)
                """, [.integer(limit), .integer(rows)])
        }
    }

    private static func limit(_ days: Int64, _ now: Int64) -> Int64 { now - days * 86_400 * 1_000_000 }

    /// Rows in the order of `key`, which is that of time: no index on the time is needed.
    private func removeOld(_ table: String, key: String, time: String, days: Int64, _ now: Int64) async throws -> Int {
        let limit = Self.limit(days, now)
        return try await inSlices { transaction, rows in
            try transaction.execute(
                """
                DELETE FROM \(table) WHERE \(key) IN (SELECT \(key) FROM
                    (SELECT \(key), \(time) FROM \(table) ORDER BY \(key) LIMIT $1) AS oldest WHERE \(time) < $2)
                """, [.integer(rows), .integer(limit)])
        }
    }

    private func removeSurplus(of severity: EventSeverity) async throws -> Int {
        let held = try await store.read { reader in
            try reader.first(
                "SELECT count(*) AS held FROM events WHERE severity = $1", [.integer(severity.rawValue)])?
                .integer("held") ?? 0
        }
        return try await inSlices(most: held - settings.events) { transaction, rows in
            try transaction.execute(
                """
                DELETE FROM events WHERE position IN
                    (SELECT position FROM events WHERE severity = $1 ORDER BY position LIMIT $2)
                """, [.integer(severity.rawValue), .integer(rows)])
        }
    }

    private func removeEndedRuns(before limit: Int64) async throws -> Int {
        try await inSlices { transaction, rows in
            try transaction.execute(
                """
                DELETE FROM runs WHERE run_id IN
                    (SELECT run_id FROM runs WHERE state > 2 AND updated_at < $1 ORDER BY updated_at LIMIT $2)
                """, [.integer(limit), .integer(rows)])
        }
    }

    /// Until a slice finds less than it may remove, or `most` rows are gone.
    private func inSlices(
        most: Int64 = .max, _ body: @escaping @Sendable (any SQLTransaction, Int64) throws -> Int
    ) async throws -> Int {
        var left = most
        var sum = 0
        while left > 0 {
            try Task.checkCancellation()
            let rows = min(left, Self.slice)
            let begin = ContinuousClock.now
            let removed = try await store.write { try body($0, rows) }
            sum += removed
            left -= Int64(removed)
            guard removed == Int(rows) else { break }
            try await Task.sleep(for: ContinuousClock.now - begin)
        }
        return sum
    }
}
