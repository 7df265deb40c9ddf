import DesiredState
import DeviceProtocol
package import Manifests
package import ServerStore

/// The secrets with which devices join.
package struct EnrollmentTokens: Sendable {
    package static let role = "enroll"

    private let store: any SQLStore
    private let clock: ServerClock

    package init(store: any SQLStore, clock: ServerClock = .system) {
        self.store = store
        self.clock = clock
    }

    /// Makes a token and returns its secret, which nobody can read again.
    ///
    /// A token that was declared by a manifest and has no secret yet gets one; its own group, uses and expiry stay, and
    /// the expiry counts from now. Throws `conflict` when the token has a secret or when `spec` contradicts what is
    /// declared (no uses agree with any, and so does an expiry that is not `expiryStated`), `invalid` for a group that is
    /// not there.
    package func create(
        name: String, spec: EnrollmentTokenSpec, expiryStated: Bool = false, by identity: OperatorIdentity
    ) async throws -> String {
        let now = clock.now()
        let secret = Secrets.token(role: Self.role)
        try await store.write { transaction in
            if let problem = try GroupPath.problem(with: spec.group, in: transaction) {
                throw CoreError(
                    .invalid, "the token cannot be made",
                    problems: [FieldProblem(path: "spec.group", expected: "an existing group", got: problem)])
            }
            if try !Self.arm(
                name, wanted: spec, expiryStated: expiryStated, secret: secret, now: now, in: transaction)
            {
                try Self.insert(name, spec: spec, secret: secret, now: now, in: transaction)
            }
            try AuditLog.write("create", kind: "EnrollmentToken", name: name, by: identity, now: now, in: transaction)
        }
        return secret
    }

    /// Returns false when no such token is declared.
    private static func arm(
        _ name: String, wanted: EnrollmentTokenSpec, expiryStated: Bool, secret: String, now: Int64,
        in transaction: any SQLTransaction
    ) throws -> Bool {
        guard let row = try transaction.first("SELECT * FROM enrollment_tokens WHERE name = $1", [.text(name)]) else {
            return false
        }
        guard try row.optionalBlob("secret_hash") == nil else {
            throw CoreError(
                .conflict, "enrolment token \"\(name)\" has a secret already; delete it first or take another name")
        }
        guard case .enrollmentToken(let declared) = try DeclaredObject(kind: .enrollmentToken, row: row).spec() else {
            return false
        }
        let contradictions = contradictions(wanted, expiryStated: expiryStated, to: declared)
        guard contradictions.isEmpty else {
            throw CoreError(
                .conflict, "enrolment token \"\(name)\" is declared otherwise by its manifest", problems: contradictions
            )
        }
        try transaction.execute(
            "UPDATE enrollment_tokens SET secret_hash = $2, expires_at = $3, updated_at = $4 WHERE name = $1",
            [.text(name), .blob(Secrets.hash(secret)), .integer(now + declared.expires * 1_000_000), .integer(now)])
        return true
    }

    private static func contradictions(
        _ wanted: EnrollmentTokenSpec, expiryStated: Bool, to declared: EnrollmentTokenSpec
    ) -> [FieldProblem] {
        var found: [FieldProblem] = []
        func refuse(_ field: String, _ declared: String, _ wanted: String) {
            found.append(FieldProblem(path: "spec.\(field)", expected: "\(declared), as declared", got: wanted))
        }
        if GroupPath.name(of: wanted.group) != GroupPath.name(of: declared.group) {
            refuse("group", declared.group, wanted.group)
        }
        if let uses = wanted.uses, uses != declared.uses {
            refuse("uses", declared.uses.map { "\($0)" } ?? "any number", "\(uses)")
        }
        if expiryStated, wanted.expires != declared.expires {
            refuse("expires", ManifestDuration.text(declared.expires), ManifestDuration.text(wanted.expires))
        }
        if wanted.requireApproval, !declared.requireApproval { refuse("requireApproval", "false", "true") }
        return found
    }

    private static func insert(
        _ name: String, spec: EnrollmentTokenSpec, secret: String, now: Int64, in transaction: any SQLTransaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO enrollment_tokens (name, uid, group_name, labels, secret_hash, uses, expires_at,
                require_approval, spec, revision, created_at, updated_at)
            VALUES ($1, $2, $3, '{}', $4, $5, $6, $9, $7, 1, $8, $8)
            """,
            [
                .text(name), .blob(Identifier.make(now: now).bytes), .text(GroupPath.name(of: spec.group)),
                .blob(Secrets.hash(secret)), .integer(spec.uses), .integer(now + spec.expires * 1_000_000),
                .text(CanonicalJSON.text(spec.json)), .integer(now), .flag(spec.requireApproval),
            ])
    }
}
