package import DeviceProtocol
import ServerStore

extension FleetQueries {
    /// Ordered by device, name, architecture, source, version.
    package func software(
        device: DeviceUID? = nil, name: String? = nil, page: PageRequest
    ) async throws -> Page<SoftwareItem> {
        let after = try Self.key(page.key(5))
        let statement = Self.softwareStatement(device: device, name: name, after: after, limit: page.limit + 1)
        let found = try await store.read { reader in
            try reader.query(statement.sql, statement.arguments).compactMap(Self.softwareItem)
        }
        return Page(found, limit: page.limit) { ["\($0.device)", $0.name, $0.architecture, $0.source, $0.version] }
    }

    /// Goes through the devices in order, by an index that alone tells which of them have the name: `CROSS JOIN` and `+` keep SQLite
    /// from sorting all that have it for each page.
    static func softwareStatement(
        device: DeviceUID?, name: String?, after: [SQLValue]?, limit: Int
    ) -> (sql: String, arguments: [SQLValue]) {
        var filter = Filter()
        filter.require("list = software_list")
        filter.add("uid = %", device.map { .blob($0.bytes) })
        filter.add("name = %", name.map { .text($0) })
        if device == nil {
            filter.add("+software_list IN (SELECT list FROM listed_software WHERE name = %)", name.map { .text($0) })
        }
        filter.add("uid >= %", after?.first)
        filter.after("uid, name, architecture, source, version", after)
        let sql = """
            SELECT uid AS device_uid, name, architecture, source, version
            FROM devices CROSS JOIN listed_software\(filter.sql)
            ORDER BY uid, name, architecture, source, version LIMIT \(limit)
            """
        return (sql, filter.arguments)
    }

    private static func softwareItem(_ row: SQLRow) throws -> SoftwareItem? {
        guard let device = DeviceUID(try row.blob("device_uid")) else { return nil }
        return SoftwareItem(
            device: device, name: try row.text("name"), architecture: try row.text("architecture"),
            source: try row.text("source"), version: try row.text("version"))
    }

    /// The latest values, ordered by device, application, instance, name.
    package func statistics(
        device: DeviceUID? = nil, application: String? = nil, page: PageRequest
    ) async throws -> Page<StatisticRecord> {
        let after = try Self.key(page.key(4))
        let found = try await store.read { reader in
            var filter = Filter()
            filter.add("device_uid = %", device.map { .blob($0.bytes) })
            filter.add("application = %", application.map { .text($0) })
            filter.after("device_uid, application, instance, name", after)
            return try reader.query(
                """
                SELECT * FROM statistics\(filter.sql)
                ORDER BY device_uid, application, instance, name LIMIT \(page.limit + 1)
                """, filter.arguments
            ).compactMap(Self.statistic)
        }
        return Page(found, limit: page.limit) { ["\($0.device)", $0.application, $0.instance, $0.name] }
    }

    private static func statistic(_ row: SQLRow) throws -> StatisticRecord? {
        guard let device = DeviceUID(try row.blob("device_uid")) else { return nil }
        return StatisticRecord(
            device: device, application: try row.text("application"), instance: try row.text("instance"),
            name: try row.text("name"), unit: try row.text("unit"), kind: try row.text("kind"),
            value: try row.real("value"), startTime: try row.optionalInteger("start_time"),
            time: try row.integer("time"))
    }

    /// A key that begins with a device's uid.
    private static func key(_ texts: [String]?) throws(CoreError) -> [SQLValue]? {
        guard let texts, let first = texts.first else { return nil }
        return [.blob(try PageRequest.identifier(first).bytes)] + texts.dropFirst().map { .text($0) }
    }
}
