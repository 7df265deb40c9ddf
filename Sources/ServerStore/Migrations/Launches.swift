/// Migration 17: a task that was started on many devices at once. `waiting` has the uids of the devices whose run is not made
/// yet, 16 bytes each.
enum Launches {
    static let statements = [
        """
        CREATE TABLE launches (
            launch_id {bytes} PRIMARY KEY, task_name text NOT NULL, operator text NOT NULL, created_at bigint NOT NULL,
            devices bigint NOT NULL, left_out bigint NOT NULL DEFAULT 0, waiting {bytes} NOT NULL,
            stopped_at bigint, revision bigint NOT NULL
        )
        """,
        "CREATE INDEX launches_unfinished ON launches (launch_id) WHERE length(waiting) > 0",
        "ALTER TABLE runs ADD COLUMN launch_id {bytes}",
        "CREATE INDEX runs_by_launch ON runs (launch_id, state) WHERE launch_id IS NOT NULL",
    ]
}
