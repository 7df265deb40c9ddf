import ServerStore

extension FleetQueries {
    /// Newest first.
    package func events(_ wanted: EventFilter, page: PageRequest) async throws -> Page<EventRecord> {
        let after = try page.number()
        let found = try await read(wanted, after: after, descending: true, limit: page.limit + 1)
        return Page(found, limit: page.limit) { ["\($0.position)"] }
    }

    /// Oldest first, above `position`.
    package func events(_ wanted: EventFilter, above position: Int64, limit: Int) async throws -> [EventRecord] {
        try await read(wanted, after: position, descending: false, limit: limit)
    }

    /// Where a stream that shows only new events begins.
    package func lastEventPosition() async throws -> Int64 {
        try await store.read { reader in
            try reader.first("SELECT COALESCE(max(position), 0) AS position FROM events")?.integer("position") ?? 0
        }
    }

    private func read(_ wanted: EventFilter, after: Int64?, descending: Bool, limit: Int) async throws -> [EventRecord]
    {
        try await store.read { reader in
            var filter = Filter()
            wanted.add(to: &filter)
            filter.add("events.position \(descending ? "<" : ">") %", after.map { .integer($0) })
            return try reader.query(
                """
                SELECT \(EventRecord.columns) FROM events\(filter.sql)
                ORDER BY events.position \(descending ? "DESC" : "ASC") LIMIT \(limit)
                """, filter.arguments
            ).map(EventRecord.init(row:))
        }
    }
}
