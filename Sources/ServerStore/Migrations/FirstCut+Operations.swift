extension FirstCut {
    /// What operators do, and what came of it.
    static let operations = [
        """
        CREATE TABLE runs (
            run_id {bytes} PRIMARY KEY, device_uid {bytes} NOT NULL, task_uid {bytes}, task_name text NOT NULL,
            application text NOT NULL, task text NOT NULL, parameters text NOT NULL, run_trigger text NOT NULL,
            state bigint NOT NULL, percent bigint NOT NULL, message text NOT NULL, result text NOT NULL,
            annotation text, operator text, created_at bigint NOT NULL, started_at bigint, finished_at bigint,
            updated_at bigint NOT NULL, revision bigint NOT NULL
        )
        """,
        "CREATE INDEX runs_by_device ON runs (device_uid, run_id)",
        """
        CREATE TABLE orders (
            order_id {bytes} PRIMARY KEY, device_uid {bytes} NOT NULL, kind text NOT NULL, body {bytes} NOT NULL,
            subject text NOT NULL, operator text, created_at bigint NOT NULL, expires_at bigint NOT NULL,
            status text NOT NULL, message text NOT NULL, annotation text, replied_at bigint, revision bigint NOT NULL
        )
        """,
        "CREATE INDEX orders_pending ON orders (device_uid, order_id) WHERE status = 'pending'",
        """
        CREATE TABLE operator_tokens (
            name text PRIMARY KEY, uid {bytes} NOT NULL, role text NOT NULL, secret_hash {bytes} NOT NULL,
            expires_at bigint NOT NULL, created_at bigint NOT NULL, created_by text NOT NULL
        )
        """,
        "CREATE UNIQUE INDEX operator_tokens_by_hash ON operator_tokens (secret_hash)",
        """
        CREATE TABLE audit (
            position {position}, at bigint NOT NULL, operator text NOT NULL, action text NOT NULL, kind text NOT NULL,
            name text NOT NULL, detail text NOT NULL
        )
        """,
    ]
}
