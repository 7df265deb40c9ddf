import ServerStore

extension FleetQueries {
    /// Enrolment tokens and operators' tokens, ordered by purpose and name.
    package func tokens(page: PageRequest) async throws -> Page<TokenRecord> {
        let after = try page.key(2)
        let found = try await store.read { reader in
            var filter = Filter()
            filter.after("purpose, name", after.map { $0.map { .text($0) } })
            return try reader.query(
                """
                SELECT * FROM (
                    SELECT name, 'enrollment' AS purpose, NULL AS role, group_name, uses, used, require_approval,
                        CASE WHEN secret_hash IS NULL THEN 0 ELSE 1 END AS armed, expires_at, created_at, NULL AS last_used_at
                    FROM enrollment_tokens
                    UNION ALL
                    SELECT name, 'operator', role, NULL, NULL, NULL, 0, 1, expires_at, created_at, last_used_at
                    FROM operator_tokens
                ) AS tokens\(filter.sql) ORDER BY purpose, name LIMIT \(page.limit + 1)
                """, filter.arguments
            ).map(Self.token)
        }
        return Page(found, limit: page.limit) { [$0.purpose, $0.name] }
    }

    /// The kinds of which there is a token of this name.
    package func tokenKinds(named name: String) async throws -> [TokenKind] {
        try await store.read { reader in
            try reader.query(
                """
                SELECT 'enrollment' AS purpose FROM enrollment_tokens WHERE name = $1
                UNION ALL SELECT 'operator' FROM operator_tokens WHERE name = $1
                """, [.text(name)]
            ).compactMap { TokenKind(rawValue: try $0.text("purpose")) }
        }
    }

    private static func token(_ row: SQLRow) throws -> TokenRecord {
        TokenRecord(
            name: try row.text("name"), purpose: try row.text("purpose"), role: try row.optionalText("role"),
            group: try row.optionalText("group_name"), uses: try row.optionalInteger("uses"),
            used: try row.optionalInteger("used"), requireApproval: try row.flag("require_approval"),
            armed: try row.flag("armed"),
            expiresAt: try row.integer("expires_at"),
            createdAt: try row.integer("created_at"), lastUsedAt: try row.optionalInteger("last_used_at"))
    }
}
