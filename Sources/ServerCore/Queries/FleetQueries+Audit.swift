import ServerStore

extension FleetQueries {
    /// Newest first.
    package func audit(
        operatorName: String? = nil, kind: String? = nil, name: String? = nil, page: PageRequest
    ) async throws -> Page<AuditRecord> {
        let after = try page.number()
        let found = try await store.read { reader in
            var filter = Filter()
            filter.add("operator = %", operatorName.map { .text($0) })
            filter.add("kind = %", kind.map { .text($0) })
            filter.add("name = %", name.map { .text($0) })
            filter.after("position", after.map { [.integer($0)] }, descending: true)
            return try reader.query(
                "SELECT * FROM audit\(filter.sql) ORDER BY position DESC LIMIT \(page.limit + 1)", filter.arguments
            ).map(AuditRecord.init(row:))
        }
        return Page(found, limit: page.limit) { ["\($0.position)"] }
    }
}
