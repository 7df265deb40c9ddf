import DesiredState
import DeviceProtocol
import ServerStore

extension DeploymentTarget {
    /// Ordered by uid.
    func devices(
        state: DeploymentState?, after: Identifier?, limit: Int, in reader: any SQLReader
    ) throws -> [DeployedDevice] {
        guard var filter = concerned() else { return [] }
        filter.after("d.uid", after.map { [SQLValue.blob($0.bytes)] })
        let inner = """
            SELECT d.uid, d.hostname, d.group_name, d.last_seen_at, \(Self.state) AS state, r.reason, r.reported_at,
                CASE WHEN d.document_compiled < d.document_wanted THEN 1 ELSE 0 END AS stale,
                CASE WHEN d.reported_hash = d.document_hash THEN 1 ELSE 0 END AS taken
            \(Self.tables) LEFT JOIN entry_results r ON r.device_uid = d.uid AND r.entry = $1 AND r.hash = e.hash
            \(filter.sql)
            """
        var outer = Filter(filter.arguments)
        outer.add("state = %", state.map { .text($0.rawValue) })
        return try reader.query(
            "SELECT * FROM (\(inner)) AS deployed\(outer.sql) ORDER BY uid LIMIT \(limit)", outer.arguments
        ).map(DeployedDevice.init(row:))
    }

    func count(in reader: any SQLReader) throws -> DeploymentCounts {
        guard let filter = concerned() else { return DeploymentCounts() }
        let rows = try reader.query(
            "SELECT \(Self.state) AS state, count(*) AS devices \(Self.tables)\(filter.sql) GROUP BY state",
            filter.arguments)
        return try rows.reduce(into: DeploymentCounts()) { counts, row in
            let number = try row.integer("devices")
            switch DeploymentState(rawValue: try row.text("state")) {
            case .applied: counts.applied = number
            case .failed: counts.failed = number
            default: counts.pending = number
            }
        }
    }

    private static let tables =
        "FROM devices d LEFT JOIN document_entries e ON e.document_hash = d.document_hash AND e.entry = $1"

    /// The target's devices, after `$1`, which is its entry; nil when there is none.
    private func concerned() -> Filter? {
        var filter = Filter([.text(entry)])
        filter.require(Self.concerned)
        switch scope {
        case .groups(let names, let labels):
            guard !names.isEmpty else { return nil }
            filter.any("d.group_name", of: names.map { .text($0) })
            Self.add(labels: labels, to: &filter)
        case .devices(let uids):
            guard !uids.isEmpty else { return nil }
            filter.any("d.uid", of: uids.map { .blob($0.bytes) })
        }
        return filter
    }
}
