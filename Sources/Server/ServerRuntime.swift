import AgentGateway
import DeviceProtocol
import DurableFiles
import Foundation
import Logging
import OperatorAPI
import ServerCore
import ServerPKI
import ServerStore
import ServiceLifecycle

/// Wires the server: store, what it decides, the listener for agents, the listener for operators.
enum ServerRuntime {
    /// The services in the order in which they are to be started; they are stopped in the reverse.
    static func make(
        _ configuration: ServerConfiguration, logger: Logger, readyFile: String?
    ) async throws -> [any Service] {
        try Initialized.check(configuration)
        let lock = try ServerLock(configuration)
        let pki = URL(fileURLWithPath: configuration.pkiDirectory)
        let authority = try CertificateAuthority(directory: pki, lifetimes: configuration.lifetimes)
        if try authority.renewServerCertificate(in: pki, now: ServerClock.system.now()) {
            logger.notice("the server's own certificate was renewed")
        }
        let certificate = try ServedCertificate(directory: pki)
        let store = try SQLiteStore(path: configuration.databasePath)
        let identity = try await StorePreparation.prepare(store, now: ServerClock.system.now())
        let revocations = try RevocationFile(path: configuration.revocationsPath)
        let administration = DeviceAdministration(store: store, revocations: revocations)
        try await administration.applyRevocations()
        let writer = GroupedWriter(store: store, logger: logger)
        let vault = try await SecretKeyFile.vault(
            directory: configuration.pkiDirectory, store: store, logger: logger)
        let sync = DeviceSync(
            store: store, writer: writer, identity: identity, vault: vault, revocations: revocations,
            window: ReconnectWindow(
                connectionsPerSecond: configuration.connectionsPerSecond, atLeast: configuration.reconnectWindow,
                returning: min(try await StorePreparation.returning(store), configuration.persistentCeiling)),
            certificateGrace: configuration.certificates.grace, logger: logger)
        let sessions = SessionTable(ceiling: configuration.persistentCeiling, logger: logger)
        let catalog = PluginCatalog(directory: configuration.pluginsDirectory) { problem in
            logger.warning("plugins not usable", metadata: ["problem": "\(problem)"])
        }
        let packages = PackageStore(
            store: store, writer: writer, dataDirectory: configuration.dataDirectory, catalog: catalog)
        try await packages.begin()
        let declarations = Declarations(
            writer: writer, catalog: catalog, vault: vault, sync: sync, notifier: sessions,
            unconfirmedDevices: configuration.confirmDevices,
            trustAnchors: try trustAnchors(configuration))
        sync.whenRolloutHalts {
            do { try await declarations.refresh() } catch {
                logger.error("documents not compiled", metadata: ["error": "\(error)"])
            }
        }
        try await declarations.refresh()
        let compile: @Sendable (DeviceUID) async -> Void = { device in
            do { try await declarations.refresh([device]) } catch {
                logger.error("document not compiled", metadata: ["device": "\(device)", "error": "\(error)"])
            }
        }
        let enrollment = Enrollment(
            writer: writer, issuer: CertificateIssuer(authority: authority), revocations: revocations, joined: compile,
            changed: { sync.invalidate([$0]) })
        let readmissions = Readmissions(store: store, writer: writer, rule: configuration.readmission) { device in
            sync.invalidate([device])
            await compile(device)
        }
        let artifacts = ArtifactStore(
            store: store, dataDirectory: configuration.dataDirectory, limits: configuration.artifacts)
        let gateway: AgentGateway
        do {
            gateway = try await AgentGateway.start(
                settings: settings(configuration), certificate: certificate, sync: sync, enrollment: enrollment,
                readmissions: readmissions, artifacts: artifacts, packages: packages, authority: authority,
                sessions: sessions,
                logger: logger)
        } catch { throw ListenFailure.named(error, configuration.agents, setting: "agents") }
        let wakes = WakeDesk(waker: gateway.waker, writer: writer, feed: sync.reportFeed, logger: logger)
        let actions = DeviceActions(writer: writer, sync: sync, notifier: sessions, wakes: wakes)
        let operators = OperatorServices(
            server: ServerDescription(
                version: ServerVersion.current, trustDomain: authority.trustDomain,
                rootCertificate: try CertificateAuthority.rootCertificate(in: pki)),
            declarations: declarations,
            actions: actions,
            administration: administration, readmissions: readmissions, enrollment: enrollment,
            queries: FleetQueries(store: store), artifacts: artifacts, packages: packages,
            operatorTokens: OperatorTokens(store: store), enrollmentTokens: EnrollmentTokens(store: store),
            eventFeed: sync.eventFeed, reportFeed: sync.reportFeed, storeEpoch: identity.storeEpoch)
        let api = OperatorAPIServer(
            settings: OperatorAPISettings(
                host: configuration.operators.host, port: configuration.operators.port),
            certificate: certificate, services: operators, logger: logger
        ) { port in
            ready(readyFile, gateway: gateway, operatorPort: port, logger)
        }
        let reload = ReloadService(
            sync: sync, declarations: declarations, connected: { sessions.pushAll() }, logger: logger)
        let housekeeping = Housekeeping(
            expiry: OrderExpiry(store: store, writer: writer, feed: sync.reportFeed),
            silence: SilenceWatch(
                store: store, writer: writer, feed: sync.eventFeed, epoch: identity.storeEpoch),
            trimmer: StoreTrimmer(store: store, settings: configuration.retention), artifacts: artifacts,
            launches: { try await actions.goOnWithLaunches() },
            rotation: KeyRotation(
                store: store, writer: writer, sync: sync, life: configuration.datagramKeyLife * 1_000_000),
            renewal: { now in
                guard try authority.renewServerCertificate(in: pki, now: now) else { return false }
                try certificate.reload()
                return true
            }, logger: logger)
        return [StoreService(store: store, writer: writer, lock: lock), housekeeping, wakes, gateway, reload, api]
    }

    /// The root, and operators' certificates that devices were installed with.
    private static func trustAnchors(_ configuration: ServerConfiguration) throws -> String {
        let root = try CertificateAuthority.rootCertificate(in: URL(fileURLWithPath: configuration.pkiDirectory))
        return try configuration.operatorCertificates.reduce(root) { all, path in
            all + "\n" + String(decoding: try FileBytes.required(path, limit: 1 << 20), as: UTF8.self)
        }
    }

    private static func settings(_ configuration: ServerConfiguration) -> GatewaySettings {
        let pki = configuration.pkiDirectory + "/"
        var settings = GatewaySettings(
            authorityFile: pki + CertificateAuthority.FileName.intermediateCertificate)
        settings.host = configuration.agents.host
        settings.port = configuration.agents.port
        settings.udpPort = configuration.offNoticePort ?? 0
        settings.admission.connectionsPerSecond = configuration.connectionsPerSecond
        settings.admission.handshakesAtOnce = configuration.handshakesAtOnce
        settings.persistentCeiling = configuration.persistentCeiling
        settings.wakeTimeout = configuration.wakeTimeout
        return settings
    }

    private static func ready(_ file: String?, gateway: AgentGateway, operatorPort: Int, _ logger: Logger) {
        logger.notice("server ready", metadata: ["agents": "\(gateway.port)", "operators": "\(operatorPort)"])
        guard let file else { return }
        let json =
            "{\"agentPort\":\(gateway.port),\"offNoticePort\":\(gateway.udpPort),\"operatorPort\":\(operatorPort)}\n"
        do { try FileBytes.replace(file, with: Array(json.utf8), mode: 0o644) } catch {
            logger.error("ready file not written", metadata: ["error": "\(error)"])
        }
    }
}
