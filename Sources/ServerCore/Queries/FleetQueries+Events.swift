package import ServerStore

extension FleetQueries {
    /// Newest first.
    package func events(_ wanted: EventFilter, page: PageRequest) async throws -> Page<EventRecord> {
        let after = try page.number()
        let found = try await store.read {
            try Self.read(wanted, after: after, descending: true, limit: page.limit + 1, in: $0)
        }
        return Page(found, limit: page.limit) { ["\($0.position)"] }
    }

    /// Oldest first, above `position`. nil unless `mayRead`, which is asked in the same view, after they were read.
    package func events(
        _ wanted: EventFilter, above position: Int64, limit: Int,
        mayRead: @escaping @Sendable (any SQLReader) throws -> Bool
    ) async throws -> EventSlice? {
        try await store.read { reader in
            let events = try Self.read(wanted, after: position, descending: false, limit: limit, in: reader)
            guard try mayRead(reader) else { return nil }
            if let last = events.last, events.count == limit {
                return EventSlice(events: events, through: last.position)
            }
            return EventSlice(events: events, through: max(position, try Self.lastPosition(in: reader)))
        }
    }

    /// Where a stream that shows only new events begins.
    package func lastEventPosition() async throws -> Int64 {
        try await store.read { try Self.lastPosition(in: $0) }
    }

    private static func lastPosition(in reader: any SQLReader) throws -> Int64 {
        try reader.first("SELECT COALESCE(max(position), 0) AS position FROM events")?.integer("position") ?? 0
    }

    private static func read(
        _ wanted: EventFilter, after: Int64?, descending: Bool, limit: Int, in reader: any SQLReader
    ) throws -> [EventRecord] {
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
