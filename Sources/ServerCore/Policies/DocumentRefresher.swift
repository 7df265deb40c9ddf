import DesiredState
package import DeviceProtocol
package import ServerStore

/// Compiles the documents of devices whose wishes changed.
///
/// A change marks the devices it concerns in its own transaction; this works the marks off in small transactions, and
/// after a crash simply goes on.
package struct DocumentRefresher: Sendable {
    static let devicesPerTransaction = 500

    private let writer: GroupedWriter

    package init(writer: GroupedWriter) { self.writer = writer }

    /// Returns the devices whose document is another than before.
    @discardableResult
    package func refresh() async throws -> Set<DeviceUID> {
        var changed: Set<DeviceUID> = []
        while true {
            let (count, some) = try await writer.submit(rows: Self.devicesPerTransaction) { transaction in
                try Self.refreshSome(in: transaction)
            }
            changed.formUnion(some)
            if count < Self.devicesPerTransaction { return changed }
        }
    }

    /// Marks devices of these groups (not of groups below them). Returns how many.
    static func mark(groups: some Collection<String>, in transaction: any SQLTransaction) throws -> Int {
        try transaction.executeBatch(
            "UPDATE devices SET document_wanted = document_wanted + 1 WHERE group_name = $1", groups.map { [.text($0)] }
        )
    }

    static func mark(devices: some Collection<DeviceUID>, in transaction: any SQLTransaction) throws -> Int {
        try transaction.executeBatch(
            "UPDATE devices SET document_wanted = document_wanted + 1 WHERE uid = $1", devices.map { [.blob($0.bytes)] }
        )
    }

    private static func refreshSome(in transaction: any SQLTransaction) throws -> (Int, Set<DeviceUID>) {
        let rows = try transaction.query(
            """
            SELECT uid, group_name, stranger, labels, document_hash, document_wanted FROM devices
            WHERE document_compiled < document_wanted ORDER BY uid LIMIT \(devicesPerTransaction)
            """)
        guard !rows.isEmpty else { return (0, []) }
        let compiler = try DocumentCompiler.load(from: transaction)
        var chains: [String: [String]] = [:]
        var changed: Set<DeviceUID> = []
        for row in rows {
            guard let uid = DeviceUID(try row.blob("uid")) else { continue }
            let group = try row.text("group_name")
            let chain = try chains[group] ?? GroupRecord.chain(from: group, in: transaction).map(\.name)
            chains[group] = chain
            let entries = compiler.entries(
                of: DocumentCompiler.Target(
                    device: uid, chain: chain, isStranger: try row.flag("stranger"),
                    labels: try Labels.read(row.text("labels")),
                    settings: try DocumentCompiler.Target.settings(of: uid, in: transaction)))
            let hash = DeviceDocument.hash(of: entries)
            if try hash != row.optionalBlob("document_hash") {
                try store(entries, of: uid, in: transaction)
                changed.insert(uid)
            }
            try transaction.execute(
                "UPDATE devices SET document_hash = $2, document_compiled = $3 WHERE uid = $1",
                [.blob(uid.bytes), .blob(hash), .integer(try row.integer("document_wanted"))])
        }
        return (rows.count, changed)
    }

    private static func store(
        _ entries: [String: [UInt8]], of uid: DeviceUID, in transaction: any SQLTransaction
    ) throws {
        try transaction.execute("DELETE FROM device_entries WHERE device_uid = $1", [.blob(uid.bytes)])
        try transaction.executeBatch(
            "INSERT INTO device_entries (device_uid, entry, body) VALUES ($1, $2, $3)",
            entries.map { [.blob(uid.bytes), .text($0.key), .text(String(decoding: $0.value, as: UTF8.self))] })
    }
}
