extension FirstCut {
    /// What operators declare. `spec` is the manifest's spec as JSON; columns beside it are what queries need.
    static let desiredState = [
        """
        CREATE TABLE groups (
            name text PRIMARY KEY, uid {bytes} NOT NULL, parent text, sync_interval bigint, keep_connection bigint,
            keep_priority bigint, labels text NOT NULL, spec text NOT NULL, revision bigint NOT NULL, created_at bigint NOT NULL, updated_at bigint NOT NULL
        )
        """,
        "CREATE INDEX groups_by_parent ON groups (parent, name)",
        """
        CREATE TABLE policies (
            name text PRIMARY KEY, uid {bytes} NOT NULL, application text NOT NULL, group_name text NOT NULL,
            labels text NOT NULL, spec text NOT NULL, revision bigint NOT NULL, created_at bigint NOT NULL,
            updated_at bigint NOT NULL, UNIQUE (application, group_name)
        )
        """,
        """
        CREATE TABLE tasks (
            name text PRIMARY KEY, uid {bytes} NOT NULL, application text NOT NULL, labels text NOT NULL,
            spec text NOT NULL, revision bigint NOT NULL, created_at bigint NOT NULL, updated_at bigint NOT NULL
        )
        """,
        """
        CREATE TABLE enrollment_tokens (
            name text PRIMARY KEY, uid {bytes} NOT NULL, group_name text NOT NULL, labels text NOT NULL,
            secret_hash {bytes}, uses bigint, used bigint NOT NULL DEFAULT 0, expires_at bigint NOT NULL,
            spec text NOT NULL, revision bigint NOT NULL, created_at bigint NOT NULL, updated_at bigint NOT NULL
        )
        """,
        "CREATE UNIQUE INDEX enrollment_tokens_by_hash ON enrollment_tokens (secret_hash)",
    ]
}
