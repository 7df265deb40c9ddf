extension AgentStore {
    /// By name.
    package func heldSecrets() throws -> [String: HeldSecret] {
        var held: [String: HeldSecret] = [:]
        try database.rows("SELECT name, application, version, encapsulated_key, ciphertext FROM secret") {
            held[$0.text(0)] = HeldSecret(
                application: $0.text(1), version: $0.text(2), encapsulatedKey: $0.blob(3), ciphertext: $0.blob(4))
        }
        return held
    }

    package func keep(_ secret: HeldSecret, named name: String) throws {
        try database.run(
            """
            INSERT INTO secret (name, application, version, encapsulated_key, ciphertext) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (name) DO UPDATE SET
                application = excluded.application, version = excluded.version,
                encapsulated_key = excluded.encapsulated_key, ciphertext = excluded.ciphertext, applied = 0
            """,
            [
                .text(name), .text(secret.application), .text(secret.version), .blob(secret.encapsulatedKey),
                .blob(secret.ciphertext),
            ])
    }

    /// Version by name of the application's secrets since whose coming its settings were not applied.
    package func freshSecrets(of application: String) throws -> [String: String] {
        var fresh: [String: String] = [:]
        try database.rows(
            "SELECT name, version FROM secret WHERE application = ?1 AND applied = 0", [.text(application)]
        ) { fresh[$0.text(0)] = $0.text(1) }
        return fresh
    }

    /// Settings were applied that found these versions; one that came meanwhile stays fresh.
    package func noteApplied(_ secrets: [String: String]) throws {
        for (name, version) in secrets {
            try database.run(
                "UPDATE secret SET applied = 1 WHERE name = ?1 AND version = ?2", [.text(name), .text(version)])
        }
    }

    package func dropSecrets(named names: some Collection<String>) throws {
        for name in names { try database.run("DELETE FROM secret WHERE name = ?1", [.text(name)]) }
    }
}
