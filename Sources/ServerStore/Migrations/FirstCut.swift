/// Migration 1. Identifiers are 16 bytes, times microseconds since 1970 UTC, flags 0 or 1, JSON is text.
enum FirstCut {
    /// Who the devices are, how they were last heard of, and what the server keeps per device to talk to them.
    static let devices = [
        "CREATE TABLE server_facts (name text PRIMARY KEY, value {bytes} NOT NULL)",
        """
        CREATE TABLE devices (
            uid {bytes} PRIMARY KEY,
            hostname text NOT NULL DEFAULT '',
            group_name text NOT NULL,
            standing text NOT NULL,
            labels text NOT NULL DEFAULT '{}',
            sync_interval bigint,
            keep_connection bigint,
            keep_priority bigint,
            revision bigint NOT NULL DEFAULT 1,
            enrolled_at bigint NOT NULL,
            address text,
            udp_port bigint NOT NULL DEFAULT 0,
            transport text,
            description text NOT NULL DEFAULT '{}',
            capabilities bigint NOT NULL DEFAULT 0,
            sequence_num bigint NOT NULL DEFAULT 0,
            start_counter bigint NOT NULL DEFAULT 0,
            start_id {bytes},
            state_digest {bytes},
            last_seen_at bigint,
            last_seen_reason text,
            next_sync_at bigint,
            mode text NOT NULL DEFAULT 'periodic',
            connected_node text,
            connected_since bigint,
            disconnected_at bigint,
            disconnect_reason text,
            off_reason text,
            off_at bigint,
            off_counter bigint NOT NULL DEFAULT 0,
            refused_reason text,
            refused_until bigint,
            healthy bigint,
            health_error text,
            effective_config text,
            inventory_hash {bytes},
            inventory_at bigint,
            document_hash {bytes},
            document_wanted bigint NOT NULL DEFAULT 1,
            document_compiled bigint NOT NULL DEFAULT 0,
            reported_hash {bytes},
            reported_status text,
            reported_error text,
            udp_key_id bigint NOT NULL DEFAULT 0,
            udp_key {bytes},
            udp_key_confirmed bigint NOT NULL DEFAULT 0,
            wake_counter bigint NOT NULL DEFAULT 0,
            wake_at bigint,
            wake_report text,
            certificate_serial text,
            certificate_not_after bigint
        )
        """,
        "CREATE INDEX devices_by_group ON devices (group_name, uid)",
        "CREATE INDEX devices_by_hostname ON devices (hostname, uid)",
        "CREATE INDEX devices_to_compile ON devices (uid) WHERE document_compiled < document_wanted",
        """
        CREATE TABLE device_certificates (
            device_uid {bytes} NOT NULL, serial text NOT NULL, key_hash {bytes} NOT NULL, chain text NOT NULL,
            not_after bigint NOT NULL, issued_at bigint NOT NULL, token_uid {bytes}, PRIMARY KEY (device_uid, serial)
        )
        """,
        """
        CREATE TABLE device_entries (
            device_uid {bytes} NOT NULL, entry text NOT NULL, body text NOT NULL, PRIMARY KEY (device_uid, entry)
        )
        """,
    ]
}
