package import DeviceProtocol
import ServerStore

extension FleetQueries {
    /// The condition of each, in three queries however many they are. At most a page of devices at once.
    package func conditions(of devices: [DeviceRecord]) async throws -> [DeviceUID: DeviceCondition] {
        guard !devices.isEmpty else { return [:] }
        let now = clock.now()
        return try await store.read { reader in try Self.conditions(of: devices, now: now, in: reader) }
    }

    static func conditions(
        of devices: [DeviceRecord], now: Int64, in reader: any SQLReader
    ) throws -> [DeviceUID: DeviceCondition] {
        var filter = Filter()
        filter.any("device_uid", of: devices.map { .blob($0.uid.bytes) })
        func rows(_ columns: String, _ table: String, where condition: String) throws -> [[UInt8]: [SQLRow]] {
            Dictionary(
                grouping: try reader.query(
                    "SELECT \(columns) FROM \(table)\(filter.sql) AND \(condition)", filter.arguments)
            ) { (try? $0.blob("device_uid")) ?? [] }
        }
        let applications = try rows(
            "*", "application_states",
            where:
                "(healthy = 0 OR status = 'stopped' OR attributes LIKE '%settings.problem%') ORDER BY application, instance"
        )
        let entries = try rows("*", "entry_results", where: "status = 'failed' ORDER BY entry")
        let certificates = try rows("device_uid, serial, issued_at", "device_certificates", where: "superseded = 0")
        let conditions = try devices.map { device in
            let uid = device.uid.bytes
            let issued = try certificates[uid]?.first { try $0.text("serial") == device.certificateSerial }
            return (
                device.uid,
                DeviceCondition(
                    DeviceConditionFacts(
                        device, applications: try (applications[uid] ?? []).map(ApplicationState.init(row:)),
                        entries: try (entries[uid] ?? []).map(EntryResult.init(row:)),
                        certificateIssuedAt: try issued?.integer("issued_at"), now: now), now: now)
            )
        }
        return Dictionary(conditions) { first, _ in first }
    }
}
