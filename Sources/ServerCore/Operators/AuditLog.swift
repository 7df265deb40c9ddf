import ServerStore

/// Who changed what, in the transaction of the change.
enum AuditLog {
    static func write(
        _ action: String, kind: String, name: String, detail: String = "", before: String? = nil,
        by identity: OperatorIdentity, now: Int64,
        in transaction: any SQLTransaction
    ) throws {
        try transaction.execute(
            "INSERT INTO audit (at, operator, action, kind, name, detail, before) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            [
                .integer(now), .text(identity.name), .text(action), .text(kind), .text(name), .text(detail),
                .text(before),
            ])
    }
}
