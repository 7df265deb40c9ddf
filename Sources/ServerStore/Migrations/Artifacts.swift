/// Migration 15: what runs left at the server; the bytes are files named by their hash.
enum Artifacts {
    static let statements = [
        """
        CREATE TABLE artifacts (
            run_id {bytes} NOT NULL, name text NOT NULL, device_uid {bytes} NOT NULL, size bigint NOT NULL,
            digest {bytes} NOT NULL, created_at bigint NOT NULL, PRIMARY KEY (run_id, name)
        )
        """,
        "CREATE INDEX artifacts_by_device ON artifacts (device_uid)",
        "CREATE INDEX artifacts_by_digest ON artifacts (digest)",
    ]
}
