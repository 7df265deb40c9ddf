/// Migration 9: policies that are kept and do not count, and settings of single devices.
///
/// The table of policies is made anew, since SQLite cannot take a constraint away: it allowed one policy per application
/// and group, and now allows one that is active.
enum Policies {
    static let statements = [
        """
        CREATE TABLE policies_9 (
            name text PRIMARY KEY, uid {bytes} NOT NULL, application text NOT NULL, group_name text NOT NULL,
            active bigint NOT NULL, labels text NOT NULL, spec text NOT NULL, revision bigint NOT NULL,
            created_at bigint NOT NULL, updated_at bigint NOT NULL, applied_set text
        )
        """,
        """
        INSERT INTO policies_9 (name, uid, application, group_name, active, labels, spec, revision, created_at, updated_at,
            applied_set)
        SELECT name, uid, application, group_name, 1, labels, spec, revision, created_at, updated_at, applied_set
        FROM policies
        """,
        "DROP TABLE policies",
        "ALTER TABLE policies_9 RENAME TO policies",
        "CREATE UNIQUE INDEX policies_active ON policies (application, group_name) WHERE active = 1",
        "CREATE INDEX policies_by_group ON policies (group_name)",
        """
        CREATE TABLE application_settings (
            name text PRIMARY KEY, uid {bytes} NOT NULL, application text NOT NULL, device_uid {bytes} NOT NULL,
            labels text NOT NULL, spec text NOT NULL, revision bigint NOT NULL, created_at bigint NOT NULL,
            updated_at bigint NOT NULL, applied_set text, UNIQUE (device_uid, application)
        )
        """,
    ]
}
