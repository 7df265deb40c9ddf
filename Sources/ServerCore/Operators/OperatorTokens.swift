import DesiredState
import DeviceProtocol
package import ServerStore

/// Operators' tokens: `mt_ROLE_…`, stored as SHA-256, expiring.
package struct OperatorTokens: Sendable {
    /// Microseconds.
    package static let defaultLife: Int64 = 30 * 86_400 * 1_000_000
    static let longestToken = 128

    /// Signals whenever a token was revoked, for those whose answers are long: they ask `stands` again.
    package let revocations = ChangeFeed()

    private let store: any SQLStore
    private let uses = TokenUses()
    let clock: ServerClock

    package init(store: any SQLStore, clock: ServerClock = .system) {
        self.store = store
        self.clock = clock
    }

    /// Returns the token, which nobody can read again. Throws `conflict` when the name is taken.
    package func create(
        name: String, role: OperatorRole, life: Int64 = defaultLife, by identity: OperatorIdentity
    ) async throws -> String {
        let now = clock.now()
        let token = Secrets.token(role: role.rawValue)
        let uid = Identifier.make(now: now)
        try await store.write { transaction in
            let inserted = try transaction.execute(
                """
                INSERT INTO operator_tokens (name, uid, role, secret_hash, expires_at, created_at, created_by)
                VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (name) DO NOTHING
                """,
                [
                    .text(name), .blob(uid.bytes), .text(role.rawValue), .blob(Secrets.hash(token)),
                    .integer(now + life), .integer(now), .text(identity.name),
                ])
            guard inserted == 1 else { throw CoreError(.conflict, "there is an operator token \"\(name)\" already") }
            try AuditLog.write(
                "create", kind: "OperatorToken", name: name, detail: role.rawValue, by: identity, now: now,
                in: transaction)
        }
        return token
    }

    /// nil for a token that is unknown, was revoked or has expired by the server's clock as it is now.
    package func admit(_ token: String) async throws -> OperatorAdmission? {
        guard token.utf8.count <= Self.longestToken else { return nil }
        let hash = Secrets.hash(token)
        let now = clock.now()
        let row = try await store.lookUp { reader in
            try reader.first(
                "SELECT name, uid, role, secret_hash, expires_at FROM operator_tokens WHERE secret_hash = $1",
                [.blob(hash)])
        }
        guard let row, let role = OperatorRole(rawValue: try row.text("role")),
            let uid = Identifier(try row.blob("uid"))
        else { return nil }
        // The index is searched by the hash of what came, which nobody can steer towards the hash of a token they do not
        // have: how long the search takes tells nothing. The comparison itself takes the same time for all.
        guard Secrets.isSame(try row.blob("secret_hash"), hash), try row.integer("expires_at") > now else { return nil }
        noteUse(of: uid, at: now)
        return OperatorAdmission(
            identity: OperatorIdentity(name: try row.text("name"), role: role), token: uid,
            expires: try row.integer("expires_at"))
    }

    /// Nobody waits for it: reading goes on where nothing can be written.
    private func noteUse(of token: Identifier, at now: Int64) {
        guard uses.isDue(token, now: now) else { return }
        Task { [store] in
            try? await store.write { transaction in
                _ = try transaction.execute(
                    "UPDATE operator_tokens SET last_used_at = $1 WHERE uid = $2", [.integer(now), .blob(token.bytes)])
            }
        }
    }

    package func identify(_ token: String) async throws -> OperatorIdentity? { try await admit(token)?.identity }

    /// Whether who was admitted would be admitted now.
    package func stands(_ admission: OperatorAdmission) async throws -> Bool {
        try await store.lookUp { try stands(admission, in: $0) }
    }

    /// The same, as `reader` sees it.
    package func stands(_ admission: OperatorAdmission, in reader: any SQLReader) throws -> Bool {
        try reader.first(
            "SELECT 1 AS stands FROM operator_tokens WHERE uid = $1 AND expires_at > $2",
            [.blob(admission.token.bytes), .integer(clock.now())]) != nil
    }

    /// Revokes a token: nobody is admitted with it any more, and `revocations` says so. Throws `notFound`.
    package func delete(name: String, by identity: OperatorIdentity) async throws {
        let now = clock.now()
        try await store.write { transaction in
            guard try transaction.execute("DELETE FROM operator_tokens WHERE name = $1", [.text(name)]) == 1 else {
                throw CoreError(.notFound, "no operator token \"\(name)\"")
            }
            try AuditLog.write("delete", kind: "OperatorToken", name: name, by: identity, now: now, in: transaction)
        }
        revocations.signal()
    }
}
