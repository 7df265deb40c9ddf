import AgentCore
import AgentGateway
import DeviceProtocol
import Foundation
import Logging
import Manifests
import NIOPosix
import ServerCore
import ServerPKI
import ServerStore

/// A real gateway over a real store, and an enrolled device's ways to it.
final class Bench: Sendable {
    let directory: URL
    let gateway: AgentGateway
    let sync: DeviceSync
    let uid: DeviceUID
    let connector: ServerConnector
    let anonymous: ServerConnector
    private let store: SQLiteStore

    static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    private struct Issuer: DeviceCertificateIssuer {
        let authority: CertificateAuthority
        func issue(request der: [UInt8], for uid: DeviceUID, now: Int64) throws -> IssuedCertificate {
            let issued = try authority.issueDevice(request: der, uid: uid, now: now)
            return IssuedCertificate(chainPEM: issued.chainPEM, notAfter: issued.notAfter, serial: issued.serial)
        }
    }

    init() async throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "transport-\(UUID().uuidString.prefix(8))")
        let pki = directory.appendingPathComponent("pki")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let now = ServerClock.system.now()
        try CertificateAuthority.initialize(
            directory: pki, trustDomain: SpiffeID.defaultTrustDomain, serverNames: ["127.0.0.1"], now: now)
        let authority = try CertificateAuthority(directory: pki)
        store = try SQLiteStore(path: directory.appendingPathComponent("martlet.db").path)
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let identity = try await StorePreparation.prepare(store, now: now)
        let writer = GroupedWriter(store: store, logger: logger)
        sync = DeviceSync(
            store: store, writer: writer, identity: identity, vault: .forgetful(), logger: logger)
        var settings = GatewaySettings(
            authorityFile: pki.appendingPathComponent("intermediate.pem").path)
        settings.host = "127.0.0.1"
        settings.port = 0
        gateway = try await AgentGateway.start(
            settings: settings, certificate: try ServedCertificate(directory: pki), sync: sync,
            enrollment: Enrollment(writer: writer, issuer: Issuer(authority: authority), joined: { _ in }),
            readmissions: Readmissions(store: store, writer: writer) { [sync] in sync.invalidate([$0]) },
            artifacts: ArtifactStore(store: store, dataDirectory: directory.path),
            packages: PackageStore(
                store: store, writer: writer, dataDirectory: directory.path, catalog: PluginCatalog([])),
            authority: authority,
            sessions: SessionTable(ceiling: 10, logger: logger), logger: logger)
        let token = try await EnrollmentTokens(store: store).create(
            name: "bench", spec: .init(group: "root"), by: OperatorIdentity(name: "bench", role: .admin))
        var configuration = AgentConfiguration(server: ServerEndpoint(host: "127.0.0.1", port: gateway.port))
        configuration.rootCertificate = pki.appendingPathComponent("root.pem").path
        configuration.dataDirectory = directory.appendingPathComponent("agent").path
        uid = try await Enroller(configuration: configuration).enroll(token: token, group: Self.group)
        let files = IdentityFiles(dataDirectory: configuration.dataDirectory)
        let tls = { (certificate: String?, key: String?) in
            try AgentTLS(
                rootCertificate: configuration.rootCertificate, certificate: certificate, key: key,
                trustDomain: configuration.trustDomain, time: TrustedTime(known: 0))
        }
        connector = ServerConnector(
            group: Self.group, endpoint: configuration.server, tls: try tls(files.certificatePath, files.keyPath))
        anonymous = ServerConnector(group: Self.group, endpoint: configuration.server, tls: try tls(nil, nil))
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// A run that the server knows of.
    func run(of device: DeviceUID) async throws -> RunID {
        let run = RunID.make(now: ServerClock.system.now())
        _ = try await store.write { transaction in
            try transaction.execute(
                """
                INSERT INTO runs (run_id, device_uid, task_name, application, task, parameters, run_trigger, state, percent,
                    message, result, created_at, updated_at, revision)
                VALUES ($1, $2, 't', 'a', 't', '{}', 'operator', 2, 0, '', 'null', 1, 1, 1)
                """, [.blob(run.bytes), .blob(device.bytes)])
        }
        return run
    }
}
