import DesiredState
import DeviceProtocol
import Foundation
import Logging
import Manifests
import ServerCore
import ServerStore

/// A server's middle with a fleet in its store, in a folder of its own.
final class BenchFleet {
    struct Document {
        var entries: [String: JSONValue]
        var bytes: Int
        /// How many have it.
        var devices: Int
    }

    static let rowsPerTransaction = 500

    let store: any SQLStore
    let writer: GroupedWriter
    private let directory: URL
    private let identity: ServerIdentity
    private let catalog: PluginCatalog
    private let logger = Logger(label: "bench", factory: { _ in SwiftLogNoOpLogHandler() })
    private(set) var declarations: Declarations
    private let operatorIdentity = OperatorIdentity(name: "bench", role: .admin)
    private let manifests: BenchManifests
    private var uids: [DeviceUID] = []
    private let count: Int

    init(devices: Int, groups: Int, policies: Int, plugins: String) async throws {
        count = devices
        manifests = BenchManifests(groups: groups, policies: policies)
        directory = FileManager.default.temporaryDirectory.appending(path: "martlet-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        store = try SQLiteStore(path: directory.appending(path: "martlet.db").path)
        identity = try await StorePreparation.prepare(store, now: ServerClock.system.now())
        writer = GroupedWriter(store: store, logger: logger)
        catalog = PluginCatalog(directory: plugins) { FileHandle.standardError.write(Data("\($0)\n".utf8)) }
        declarations = Self.middle(store, writer, identity, catalog, logger)
    }

    /// What a server has after its start: nothing remembered of before.
    private static func middle(
        _ store: any SQLStore, _ writer: GroupedWriter, _ identity: ServerIdentity, _ catalog: PluginCatalog,
        _ logger: Logger
    ) -> Declarations {
        Declarations(
            writer: writer, catalog: catalog, vault: .forgetful(),
            sync: DeviceSync(store: store, writer: writer, identity: identity, vault: .forgetful(), logger: logger),
            notifier: NobodyToNotify(), unconfirmedDevices: .max)
    }

    func close() async {
        await writer.stop()
        try? store.close()
        try? FileManager.default.removeItem(at: directory)
    }

    private func apply(_ text: String) async throws {
        _ = try await declarations.apply(ManifestDecoder.decode(text, file: "bench.yaml"), by: operatorIdentity)
    }

    /// Groups, policies and tasks, while there is no device.
    func declare() async throws {
        for text in manifests.declared { try await apply(text) }
    }

    func addDevices() async throws {
        let now = ServerClock.system.now()
        uids = (0..<count).map { _ in DeviceUID.make(now: now) }
        for start in stride(from: 0, to: count, by: Self.rowsPerTransaction) {
            let rows = (start..<min(start + Self.rowsPerTransaction, count)).map {
                manifests.row(of: $0, uids[$0], now)
            }
            try await store.write { try $0.executeBatch(BenchManifests.insertDevice, rows) }
        }
    }

    func addOwnSettings() async throws {
        for text in try manifests.ownSettings(uids) { try await apply(text) }
    }

    /// As after a restart of a server whose devices were never compiled.
    func forgetDocuments() async throws {
        try await store.write { transaction in
            for table in ["documents", "document_entries"] { try transaction.execute("DELETE FROM \(table)") }
            try transaction.execute(
                "UPDATE devices SET document_hash = NULL, document_compiled = 0, document_wanted = 1")
        }
        declarations = Self.middle(store, writer, identity, catalog, logger)
    }

    func refresh() async throws { try await declarations.refresh() }

    func changePolicy(of group: Int, to value: Int) async throws {
        try await apply(manifests.policy(0, of: group, value: value + 10))
    }

    func changeSettings(to value: Int) async throws { try await apply(manifests.own(uids[0], value: value + 10)) }

    func enroll() async throws {
        let (uid, now) = (DeviceUID.make(now: ServerClock.system.now()), ServerClock.system.now())
        let row = manifests.row(of: 1, uid, now)
        try await writer.submit { try $0.execute(BenchManifests.insertDevice, row) }
        try await declarations.refresh([uid])
    }

    /// All devices have told that they applied everything, but every fiftieth, of which half failed and half is at it.
    func report() async throws {
        let now = ServerClock.system.now()
        let busy = stride(from: 0, to: count, by: 50).map { uids[$0] }
        let failed = stride(from: 0, to: count, by: 100).map { uids[$0] }
        try await store.write { transaction in
            try transaction.execute("UPDATE devices SET reported_hash = document_hash, reported_status = 'applied'")
            try transaction.executeBatch(
                "UPDATE devices SET reported_status = 'failed' WHERE uid = $1", busy.map { [.blob($0.bytes)] })
            try transaction.executeBatch(
                """
                INSERT INTO entry_results (device_uid, entry, hash, status, reason, reported_at)
                SELECT d.uid, e.entry, e.hash, 'failed', 'the disk is full', $2
                FROM devices d JOIN document_entries e ON e.document_hash = d.document_hash WHERE d.uid = $1
                """, failed.map { [.blob($0.bytes), .integer(now)] })
        }
    }

    /// As `get policies` and `get tasks` show it.
    func countEverything() async throws {
        for kind in [ManifestKind.policy, .task] {
            let objects = try await queries.objects(kind, page: PageRequest(limit: PageRequest.largest)).items
            let counts = try await queries.deployment(of: objects)
            precondition(counts.count == objects.count, "not every object was counted")
        }
    }

    /// As `describe policy` shows it.
    func listFailed() async throws {
        let page = try await queries.devices(
            of: .policy, named: "policy-0-0", state: .failed, page: PageRequest(limit: 100))
        precondition(page.items.count == min(100, (count + 99) / 100), "not every failed device was found")
    }

    private var queries: FleetQueries { FleetQueries(store: store) }

    /// The file's pages in use.
    func databaseBytes() async throws -> Int64 {
        try await store.read { reader in
            func pragma(_ name: String) throws -> Int64 { try reader.first("PRAGMA \(name)")?.integer(name) ?? 0 }
            return try (pragma("page_count") - pragma("freelist_count")) * pragma("page_size")
        }
    }

    /// The different ones.
    func documents() async throws -> [Document] {
        try await store.read { reader in
            try reader.query("SELECT min(uid) AS uid, count(*) AS devices FROM devices GROUP BY document_hash").map {
                row in
                let rows = try reader.query(
                    "SELECT entry, body FROM device_entries WHERE device_uid = $1", [.blob(try row.blob("uid"))])
                let entries = try rows.map { (try $0.text("entry"), try JSONValue(parsing: $0.text("body"))) }
                return Document(
                    entries: Dictionary(entries, uniquingKeysWith: { first, _ in first }),
                    bytes: try rows.reduce(0) { $0 + (try $1.text("body").utf8.count) },
                    devices: Int(try row.integer("devices")))
            }
        }
    }

    /// One row of every device, in transactions like those of the compiler.
    func updateEveryRow(to value: Int) async throws {
        let hash = SQLValue.blob([UInt8](repeating: UInt8(truncatingIfNeeded: value), count: 32))
        for start in stride(from: 0, to: count, by: Self.rowsPerTransaction) {
            let rows = uids[start..<min(start + Self.rowsPerTransaction, count)].map {
                [SQLValue.blob($0.bytes), hash, .integer(Int64(value))]
            }
            try await store.write {
                try $0.executeBatch(
                    "UPDATE devices SET document_hash = $2, document_compiled = $3 WHERE uid = $1", rows)
            }
        }
    }
}
