import DesiredState
import DeviceProtocol
import Foundation
import Logging
import Manifests
import OpAMP
import ServerCore
import ServerStore

/// A server's middle on a real store in a directory of its own.
final class TestServer: Sendable {
    let store: any SQLStore
    let writer: GroupedWriter
    let sync: DeviceSync
    let declarations: Declarations
    let actions: DeviceActions
    let queries: FleetQueries
    let desk: WakeDesk
    let notifier = RecordingNotifier()
    let clock: TestClock
    let vault: SecretVault
    let directory: URL

    static let admin = OperatorIdentity(name: "test", role: .admin)

    static func run(
        waker: any DeviceWaker = ScriptedWaker(outcome: .notPossible(reason: "no port")),
        _ body: (TestServer) async throws -> Void
    ) async throws {
        let server = try await TestServer(waker: waker)
        let result: Result<Void, any Error>
        do { result = .success(try await body(server)) } catch { result = .failure(error) }
        await server.writer.stop()
        try? server.store.close()
        try? FileManager.default.removeItem(at: server.directory)
        try result.get()
    }

    private init(waker: any DeviceWaker) async throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "martlet-core-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        clock = TestClock()
        vault = SecretVault(key: [UInt8](repeating: 7, count: SecretVault.keyBytes))
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        store = try SQLiteStore(path: directory.appending(path: "martlet.db").path)
        let identity = try await StorePreparation.prepare(store, now: clock.now)
        writer = GroupedWriter(store: store, logger: logger)
        sync = DeviceSync(
            store: store, writer: writer, identity: identity, vault: vault, clock: clock.clock, logger: logger)
        desk = WakeDesk(waker: waker, writer: writer, feed: sync.reportFeed, clock: clock.clock, logger: logger)
        declarations = Declarations(
            writer: writer, catalog: try TestCatalog(), vault: vault, sync: sync, notifier: notifier, clock: clock.clock
        )
        actions = DeviceActions(writer: writer, sync: sync, notifier: notifier, wakes: desk, clock: clock.clock)
        queries = FleetQueries(store: store, clock: clock.clock)
    }

    /// An enrolled device.
    func addDevice(group: String = "root") async throws -> DeviceUID {
        let uid = DeviceUID.make(now: clock.now)
        let now = clock.now
        try await store.write { transaction in
            try transaction.execute(
                """
                INSERT INTO devices (uid, group_name, standing, enrolled_at, udp_key_id, udp_key)
                VALUES ($1, $2, 'active', $3, 1, $4)
                """, [.blob(uid.bytes), .text(group), .integer(now), .blob([UInt8](repeating: 9, count: 32))])
        }
        try await declarations.refresh()
        return uid
    }

    @discardableResult
    func apply(_ text: String, dryRun: Bool = false) async throws -> ApplyResult {
        try await declarations.apply(
            ManifestDecoder.decode(text, file: "m.yaml"), ApplyRequest(dryRun: dryRun), by: Self.admin)
    }

    func count(_ sql: String) async throws -> Int64 {
        try await store.read { try $0.first("SELECT count(*) AS n FROM " + sql)?.integer("n") ?? 0 }
    }
}
