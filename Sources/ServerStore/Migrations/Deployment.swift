/// Migration 16: counting how far devices are with their documents, without reading the rest of their rows.
enum Deployment {
    static let statements = [
        """
        CREATE INDEX devices_deployment ON devices (group_name, standing, stranger, document_hash, document_wanted,
            document_compiled, reported_hash, reported_status, labels, uid)
        """,
        "CREATE INDEX entry_results_failed ON entry_results (entry, device_uid, hash) WHERE status = 'failed'",
    ]
}
