/// Migration 3: what renewal, readmission, holds, key rotation and connection offers keep.
enum Faults {
    static let statements = [
        "ALTER TABLE device_certificates ADD COLUMN superseded bigint NOT NULL DEFAULT 0",
        "ALTER TABLE devices ADD COLUMN udp_key_at bigint NOT NULL DEFAULT 0",
        "ALTER TABLE devices ADD COLUMN udp_previous_key_id bigint NOT NULL DEFAULT 0",
        "ALTER TABLE devices ADD COLUMN udp_previous_key {bytes}",
        "ALTER TABLE devices ADD COLUMN hold_reason text",
        "ALTER TABLE devices ADD COLUMN hold_at bigint",
        "ALTER TABLE devices ADD COLUMN hold_keeper {bytes}",
        "ALTER TABLE devices ADD COLUMN hold_newcomer {bytes}",
        "ALTER TABLE devices ADD COLUMN hold_candidate {bytes}",
        "ALTER TABLE devices ADD COLUMN split_from {bytes}",
        "ALTER TABLE devices ADD COLUMN split_at bigint",
        "ALTER TABLE devices ADD COLUMN hold_split bigint NOT NULL DEFAULT 0",
        "ALTER TABLE devices ADD COLUMN start_before {bytes}",
        "ALTER TABLE devices ADD COLUMN restored_at bigint",
        "ALTER TABLE devices ADD COLUMN connection_hash {bytes}",
        "ALTER TABLE devices ADD COLUMN connection_status text",
        "ALTER TABLE devices ADD COLUMN connection_error text",
        "ALTER TABLE groups ADD COLUMN server_address text",
        "ALTER TABLE groups ADD COLUMN clone_action text",
        """
        CREATE TABLE readmissions (
            device_uid {bytes} PRIMARY KEY, serial text NOT NULL, not_before bigint NOT NULL,
            not_after bigint NOT NULL, address text NOT NULL, reason text NOT NULL, first_at bigint NOT NULL,
            last_at bigint NOT NULL
        )
        """,
        "CREATE INDEX readmissions_by_time ON readmissions (last_at)",
    ]
}
