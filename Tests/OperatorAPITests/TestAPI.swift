import AsyncHTTPClient
import DesiredState
import DeviceProtocol
import Foundation
import Logging
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOSSL
import OperatorAPI
import ServerCore
import ServerPKI
import ServerStore
import ServiceLifecycle

/// The whole interface on a loopback socket with a certificate of our own authority, and a client that trusts only that.
final class TestAPI: Sendable {
    let store: any SQLStore
    let writer: GroupedWriter
    let sync: DeviceSync
    let declarations: Declarations
    let notifier = RecordingNotifier()
    let http: HTTPClient
    let base: String
    let tokens: [OperatorRole: String]
    let services: OperatorServices
    /// The clock by which operators' tokens expire.
    let tokenClock: ShiftedClock
    /// Returns when the server has stopped gracefully.
    let stop: @Sendable () async throws -> Void

    static let now = ServerClock.system.now

    static func run(_ body: @Sendable (TestAPI) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "martlet-api-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let pki = directory.appending(path: "pki")
        try CertificateAuthority.initialize(
            directory: pki, trustDomain: "martlet.test", serverNames: ["localhost", "127.0.0.1"], now: now())
        try await run(in: directory, pki: pki, body)
    }

    private static func run(in directory: URL, pki: URL, _ body: @Sendable (TestAPI) async throws -> Void) async throws
    {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let store = try SQLiteStore(path: directory.appending(path: "martlet.db").path)
        let identity = try await StorePreparation.prepare(store, now: now())
        let writer = GroupedWriter(store: store, logger: logger)
        let vault = SecretVault.forgetful()
        let sync = DeviceSync(
            store: store, writer: writer, identity: identity, vault: vault, logger: logger)
        let notifier = RecordingNotifier()
        let desk = WakeDesk(
            waker: ScriptedWaker(outcome: .notPossible(reason: "it does not listen")), writer: writer,
            feed: sync.reportFeed,
            logger: logger)
        let declarations = Declarations(
            writer: writer, catalog: try TestCatalog(), vault: vault, sync: sync, notifier: notifier)
        let tokenClock = ShiftedClock()
        let operators = OperatorTokens(store: store, clock: tokenClock.clock)
        let services = OperatorServices(
            server: ServerDescription(
                version: "0.0.0", trustDomain: "martlet.test",
                rootCertificate: try String(contentsOf: directory.appending(path: "pki/root.pem"), encoding: .utf8)),
            declarations: declarations,
            actions: DeviceActions(writer: writer, sync: sync, notifier: notifier, wakes: desk),
            administration: DeviceAdministration(store: store),
            readmissions: Readmissions(store: store, writer: writer) { sync.invalidate([$0]) },
            enrollment: Enrollment(
                writer: writer, issuer: AuthorityIssuer(authority: try CertificateAuthority(directory: pki))
            ) { _ in
                try? await declarations.refresh()
            },
            queries: FleetQueries(store: store),
            artifacts: ArtifactStore(store: store, dataDirectory: directory.path),
            packages: PackageStore(
                store: store, writer: writer, dataDirectory: directory.path, catalog: PluginCatalog([])),
            operatorTokens: operators,
            enrollmentTokens: EnrollmentTokens(store: store), eventFeed: sync.eventFeed, reportFeed: sync.reportFeed,
            storeEpoch: identity.storeEpoch)
        var tokens: [OperatorRole: String] = [:]
        for role in OperatorRole.allCases {
            tokens[role] = try await operators.create(
                name: role.rawValue, role: role, by: OperatorIdentity(name: "test", role: .admin))
        }
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let server = OperatorAPIServer(
            settings: OperatorAPISettings(host: "127.0.0.1", port: 0),
            certificate: try ServedCertificate(directory: pki), services: services, logger: logger,
            listening: { port.yield($0) })
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: server), .init(service: desk)], logger: logger))
        let running = Task { try await group.run() }
        var iterator = ports.makeAsyncIterator()
        guard let real = await iterator.next() else { throw CancellationError() }
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(pki.appending(path: CertificateAuthority.FileName.rootCertificate).path)
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: .init(tlsConfiguration: tls))
        let api = TestAPI(
            store: store, writer: writer, sync: sync, declarations: declarations, http: http,
            base: "https://127.0.0.1:\(real)/api/v1", tokens: tokens, services: services, tokenClock: tokenClock,
            stop: {
                await group.triggerGracefulShutdown()
                try await running.value
            })
        let result: Result<Void, any Error>
        do { result = .success(try await body(api)) } catch { result = .failure(error) }
        try? await http.shutdown()
        try? await api.stop()
        await writer.stop()
        try? store.close()
        try result.get()
    }

    private init(
        store: any SQLStore, writer: GroupedWriter, sync: DeviceSync, declarations: Declarations, http: HTTPClient,
        base: String, tokens: [OperatorRole: String], services: OperatorServices, tokenClock: ShiftedClock,
        stop: @escaping @Sendable () async throws -> Void
    ) {
        self.store = store
        self.writer = writer
        self.sync = sync
        self.declarations = declarations
        self.http = http
        self.base = base
        self.tokens = tokens
        self.services = services
        self.tokenClock = tokenClock
        self.stop = stop
    }

    struct Answer {
        var status: UInt
        var json: JSONValue
        var headers: HTTPHeaders

        var paths: [String] { (json["errors"]?.arrayValue ?? []).compactMap { $0["path"]?.stringValue } }
        var items: [JSONValue] { json["items"]?.arrayValue ?? [] }
    }

    func request(
        _ method: HTTPMethod, _ path: String, as role: OperatorRole? = .admin, token: String? = nil,
        body: String? = nil,
        headers: [(String, String)] = []
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        if let token = token ?? role.flatMap({ tokens[$0] }) {
            request.headers.add(name: "authorization", value: "Bearer \(token)")
        }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await http.execute(request, timeout: .seconds(30))
        let bytes = try await response.body.collect(upTo: 8 << 20)
        let type = response.headers.first(name: "content-type") ?? ""
        let json =
            type.hasSuffix("json") && bytes.readableBytes > 0 ? try JSONValue(parsing: bytes.readableBytesView) : .null
        return Answer(status: response.status.code, json: json, headers: response.headers)
    }

    func addDevice(_ hostname: String, group: String = "root") async throws -> DeviceUID {
        let uid = DeviceUID.make(now: Self.now())
        try await store.write { transaction in
            try transaction.execute(
                "INSERT INTO devices (uid, group_name, standing, enrolled_at, hostname) VALUES ($1, $2, 'active', $3, $4)",
                [.blob(uid.bytes), .text(group), .integer(Self.now()), .text(hostname)])
        }
        try await declarations.refresh()
        return uid
    }

    func addEvents(_ count: Int, device: DeviceUID, from first: Int = 1) async throws {
        try await store.write { transaction in
            for number in first..<first + count {
                try transaction.execute(
                    """
                    INSERT INTO events (device_uid, epoch, stream, number, digest, event_id, application, instance, severity,
                        type, body, data, device_time, corrected_time, received_at)
                    VALUES ($1, $2, 1, $3, $2, $2, 'martlet.clamav', '', $4, 'threat.found', 'a threat', '{}', 1, 1, 1)
                    """,
                    [
                        .blob(device.bytes), .blob(device.bytes), .integer(Int64(number)),
                        .integer(number % 2 == 0 ? 4 : 1),
                    ])
            }
        }
        sync.eventFeed.signal()
    }
}
