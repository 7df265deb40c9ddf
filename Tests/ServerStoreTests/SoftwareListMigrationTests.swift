import ServerStore
import Testing

/// A store of a server that kept the software of each device by itself.
@Suite struct SoftwareListMigrationTests {
    @Test("each device keeps the list that it had", arguments: TestEngine.allCases)
    func keepsLists(engine: TestEngine) async throws {
        try await engine.withStore { store in
            try await Migrator.migrate(store, to: Schema.migrations.filter { $0.number < 23 }, now: 1)
            let devices: [[UInt8]] = (1...3).map { [UInt8](repeating: $0, count: 16) }
            try await store.write { transaction in
                for device in devices {
                    try transaction.execute(
                        """
                        INSERT INTO devices (uid, group_name, standing, enrolled_at, inventory_hash)
                        VALUES ($1, 'root', 'active', 1, $2)
                        """, [.blob(device), .blob([1])])
                }
                // The third has told of nothing.
                for device in devices.dropLast() {
                    for name in ["a", "b"] {
                        try transaction.execute(
                            """
                            INSERT INTO software (device_uid, name, architecture, source, version)
                            VALUES ($1, $2, 'amd64', 'deb', $3)
                            """, [.blob(device), .text(name), .text("\(device[0])")])
                    }
                }
            }
            // Of a device that is not there any more.
            try await store.write { transaction in
                try transaction.execute(
                    """
                    INSERT INTO software (device_uid, name, architecture, source, version)
                    VALUES ($1, 'a', 'amd64', 'deb', '4')
                    """, [.blob([UInt8](repeating: 4, count: 16))])
            }
            let taken = try await Migrator.migrate(store, now: 2)
            #expect(taken.first == 23)
            let rows = try await store.read { reader in
                try reader.query(
                    """
                    SELECT uid, name, version FROM devices LEFT JOIN listed_software ON list = software_list
                    ORDER BY uid, name
                    """
                ).map {
                    "\(try $0.blob("uid")[0]) \(try $0.optionalText("name") ?? "-") \(try $0.optionalText("version") ?? "-")"
                }
            }
            let lists = try await store.read { try $0.first("SELECT count(*) AS n FROM software_lists")?.integer("n") }
            #expect(lists == 2)
            #expect(rows == ["1 a 1", "1 b 1", "2 a 2", "2 b 2", "3 - -"])
        }
    }
}
