/// Migration 12: a document is kept once, however many devices have it, by its hash. Devices are compiled anew, which
/// gives them the hashes that they had; who reads the entries of a device reads them as before.
enum Documents {
    static let statements = [
        "CREATE TABLE documents (hash {bytes} PRIMARY KEY)",
        """
        CREATE TABLE document_entries (
            document_hash {bytes} NOT NULL, entry text NOT NULL, hash {bytes} NOT NULL, body text NOT NULL,
            PRIMARY KEY (document_hash, entry)
        )
        """,
        "DROP TABLE device_entries",
        """
        CREATE VIEW device_entries AS SELECT d.uid AS device_uid, e.entry AS entry, e.body AS body
        FROM devices d JOIN document_entries e ON e.document_hash = d.document_hash
        """,
        "UPDATE devices SET document_wanted = document_wanted + 1",
    ]
}
