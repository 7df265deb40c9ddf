/// Migration 18: plugin packages, who gets which, what devices say of them, and whom devices are told to trust. `digest` is a
/// package's SHA-256; its bytes are in packages/DIGEST of the data directory. `previous` is what devices keep that a rollout
/// has not reached.
enum Packages {
    static let statements = [
        """
        CREATE TABLE packages (
            digest {bytes} PRIMARY KEY, application text NOT NULL, version text NOT NULL, size bigint NOT NULL,
            architectures text NOT NULL, manifest text NOT NULL, signature {bytes}, signer text NOT NULL DEFAULT '',
            fingerprint {bytes}, created_at bigint NOT NULL, created_by text NOT NULL, UNIQUE (application, version)
        )
        """,
        """
        CREATE TABLE plugin_packages (
            name text PRIMARY KEY, uid {bytes} NOT NULL, group_name text NOT NULL, application text NOT NULL,
            labels text NOT NULL, spec text NOT NULL, revision bigint NOT NULL, created_at bigint NOT NULL,
            updated_at bigint NOT NULL, applied_set text, digest {bytes} NOT NULL, previous_digest {bytes},
            previous_version text, halted_at bigint, halt_reason text NOT NULL DEFAULT '',
            UNIQUE (application, group_name)
        )
        """,
        "CREATE INDEX plugin_packages_by_digest ON plugin_packages (digest)",
        """
        CREATE TABLE trust_documents (
            name text PRIMARY KEY, uid {bytes} NOT NULL, labels text NOT NULL, spec text NOT NULL, revision bigint NOT NULL,
            created_at bigint NOT NULL, updated_at bigint NOT NULL, applied_set text, serial bigint NOT NULL
        )
        """,
        """
        CREATE TABLE device_packages (
            device_uid {bytes} NOT NULL, application text NOT NULL, status bigint NOT NULL, version text NOT NULL,
            digest {bytes} NOT NULL, offered {bytes} NOT NULL, reason text NOT NULL, percent bigint NOT NULL,
            updated_at bigint NOT NULL, PRIMARY KEY (device_uid, application)
        )
        """,
        "CREATE INDEX device_packages_by_offer ON device_packages (offered, status)",
    ]
}
