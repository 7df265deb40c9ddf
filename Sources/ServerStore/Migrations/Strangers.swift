/// Migration 5: OpAMP clients that are not Martlet's agents, and what is declared for them.
enum Strangers {
    static let statements = [
        "ALTER TABLE devices ADD COLUMN stranger bigint NOT NULL DEFAULT 0",
        "ALTER TABLE devices ADD COLUMN given_name text",
        "ALTER TABLE devices ADD COLUMN instance_uid {bytes}",
        "CREATE INDEX device_certificates_by_key ON device_certificates (key_hash)",
        """
        CREATE TABLE remote_configs (
            name text PRIMARY KEY, uid {bytes} NOT NULL, group_name text, labels text NOT NULL, spec text NOT NULL,
            revision bigint NOT NULL, created_at bigint NOT NULL, updated_at bigint NOT NULL
        )
        """,
    ]
}
