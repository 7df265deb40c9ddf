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
            INSERT INTO secret VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (name) DO UPDATE SET
                application = excluded.application, version = excluded.version,
                encapsulated_key = excluded.encapsulated_key, ciphertext = excluded.ciphertext
            """,
            [
                .text(name), .text(secret.application), .text(secret.version), .blob(secret.encapsulatedKey),
                .blob(secret.ciphertext),
            ])
    }

    package func dropSecrets(named names: some Collection<String>) throws {
        for name in names { try database.run("DELETE FROM secret WHERE name = ?1", [.text(name)]) }
    }
}
