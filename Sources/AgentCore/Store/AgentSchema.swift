/// The tables of `agent.db`. Migrations are numbered, forward only, each in a transaction.
enum AgentSchema {
    static func migrate(_ database: SQLiteConnection) throws {
        let version = try database.value("PRAGMA user_version") ?? 0
        guard version <= migrations.count else {
            throw SQLiteError(
                code: 0,
                message:
                    "agent.db was written by a newer agent (schema \(version), this agent knows \(migrations.count))")
        }
        for number in Int(version)..<migrations.count {
            try database.transaction {
                try database.script(migrations[number])
                try database.script("PRAGMA user_version = \(number + 1)")
            }
        }
    }

    private static let migrations = [
        """
        CREATE TABLE fact (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
        CREATE TABLE entry (name TEXT PRIMARY KEY, body BLOB NOT NULL);
        CREATE TABLE entry_result (
            name TEXT PRIMARY KEY, hash BLOB NOT NULL, status INTEGER NOT NULL, reason TEXT NOT NULL, time INTEGER NOT NULL);
        CREATE TABLE stream (
            stream INTEGER PRIMARY KEY, epoch BLOB NOT NULL, last_number INTEGER NOT NULL, last_digest BLOB NOT NULL,
            receipt_number INTEGER NOT NULL, receipt_digest BLOB NOT NULL);
        CREATE TABLE event (
            stream INTEGER NOT NULL, number INTEGER NOT NULL, digest BLOB NOT NULL, id BLOB NOT NULL,
            severity INTEGER NOT NULL, time INTEGER NOT NULL, application TEXT NOT NULL, instance TEXT NOT NULL,
            type TEXT NOT NULL, text TEXT NOT NULL, data BLOB NOT NULL, bytes INTEGER NOT NULL,
            PRIMARY KEY (stream, number));
        CREATE INDEX event_by_severity ON event (severity, stream, number);
        CREATE TABLE event_id (
            sequence INTEGER PRIMARY KEY, plugin TEXT NOT NULL, id BLOB NOT NULL, UNIQUE (plugin, id));
        CREATE INDEX event_id_by_plugin ON event_id (plugin, sequence);
        CREATE TABLE run (
            run_id BLOB PRIMARY KEY, task_uid BLOB NOT NULL, task_name TEXT NOT NULL, application TEXT NOT NULL,
            task TEXT NOT NULL, parameters BLOB NOT NULL, operator INTEGER NOT NULL, phase INTEGER NOT NULL,
            state INTEGER NOT NULL, percent INTEGER NOT NULL, message TEXT NOT NULL, result BLOB NOT NULL,
            accepted INTEGER NOT NULL, started INTEGER NOT NULL, finished INTEGER NOT NULL, time_limit INTEGER NOT NULL,
            revision INTEGER NOT NULL, acknowledged INTEGER NOT NULL);
        CREATE TABLE order_reply (
            id BLOB PRIMARY KEY, status INTEGER NOT NULL, message TEXT NOT NULL, acknowledged INTEGER NOT NULL,
            time INTEGER NOT NULL);
        """,
        // The server's store was restored: whether it still holds what it receipted is to be asked.
        "ALTER TABLE stream ADD COLUMN unproven INTEGER NOT NULL DEFAULT 0",
        """
        ALTER TABLE run ADD COLUMN trigger INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE run ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE run ADD COLUMN not_before INTEGER NOT NULL DEFAULT 0;
        UPDATE run SET trigger = 2 - operator;
        CREATE TABLE schedule_mark (task_uid BLOB PRIMARY KEY, instant INTEGER NOT NULL) WITHOUT ROWID;
        """,
        // What the device's own user wants, by JSON pointer.
        """
        CREATE TABLE local_setting (
            application TEXT NOT NULL, path TEXT NOT NULL, value BLOB NOT NULL, time INTEGER NOT NULL,
            PRIMARY KEY (application, path)) WITHOUT ROWID;
        """,
        // Sealed to the key in identity/secrets.key.
        """
        CREATE TABLE secret (
            name TEXT PRIMARY KEY, application TEXT NOT NULL, version TEXT NOT NULL, encapsulated_key BLOB NOT NULL,
            ciphertext BLOB NOT NULL) WITHOUT ROWID;
        """,
        // Whether the application's settings were applied since the value came.
        "ALTER TABLE secret ADD COLUMN applied INTEGER NOT NULL DEFAULT 0",
        // Plugins that came in packages, or are to come.
        """
        CREATE TABLE package (
            plugin TEXT PRIMARY KEY, offer_version TEXT NOT NULL, offer_digest BLOB NOT NULL, held INTEGER NOT NULL,
            signature BLOB NOT NULL, has_version TEXT NOT NULL, has_digest BLOB NOT NULL, phase INTEGER NOT NULL,
            failed BLOB NOT NULL, refused INTEGER NOT NULL, reason TEXT NOT NULL, highest TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE package_signature (digest BLOB PRIMARY KEY, signature BLOB NOT NULL) WITHOUT ROWID;
        """,
        // How often a version's process was started without a verdict.
        "ALTER TABLE package ADD COLUMN tries INTEGER NOT NULL DEFAULT 0",
        // With which agent the failed one lacked an interface; when the offer was brought anew; what befell it, and until when it waits.
        """
        ALTER TABLE package ADD COLUMN agent TEXT NOT NULL DEFAULT '';
        ALTER TABLE package ADD COLUMN renewed INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE package ADD COLUMN spoiled INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE package ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE package ADD COLUMN not_before INTEGER NOT NULL DEFAULT 0;
        """,
    ]
}
