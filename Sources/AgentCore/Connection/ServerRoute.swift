import DesiredState
import DeviceProtocol
import DurableFiles
import Failpoints
import Glibc
import Logging
import NIOPosix
import OpAMP

/// The way to the server: its address and the device's identity, and what is to replace either once it was tried.
///
/// What is to replace something is tried by a request of its own, over a short connection: a server that does not answer,
/// or refuses, costs nothing that works.
actor ServerRoute {
    private var configuration: AgentConfiguration
    private let files: IdentityFiles
    private let candidate: IdentityCandidate
    private let store: AgentStore
    private let group: MultiThreadedEventLoopGroup
    private let time: TrustedTime
    private let start: AgentStart
    private let logger: Logger
    private var made: ServerConnector?
    /// Until the server has shown that it needs no more than the device's own certificate. That is remembered (`issuerIsHeld`) for as
    /// long as address and certificate are the same.
    private var showsIssuer: Bool
    /// Connections in a row that were made and over which no server of ours answered.
    private var unanswered = 0
    private var lastRenewal: Int64?
    private var lastAsked: Int64?
    private var failures = 0
    /// A device that shall have its own identity asks for it at most so often, in µs.
    private static let askSpacing: Int64 = 30_000_000
    private(set) var endpoint: ServerEndpoint

    /// Ends what a crash interrupted. Throws when there is no usable identity.
    init(
        configuration: AgentConfiguration, files: IdentityFiles, store: AgentStore, start: AgentStart,
        group: MultiThreadedEventLoopGroup, time: TrustedTime, logger: Logger
    ) async throws {
        self.configuration = configuration
        self.files = files
        self.store = store
        self.start = start
        self.group = group
        self.time = time
        self.logger = logger
        candidate = IdentityCandidate(of: files)
        endpoint = try await store.serverEndpoint(configured: configuration.server)
        let way = try Self.way(to: endpoint, files)
        showsIssuer = try await store.issuerIsHeld(over: way) == false
        made = try Self.connector(to: endpoint, configuration, files, group, time, showsIssuer: showsIssuer)
    }

    /// What has to be the same for the issuer to be held still.
    private static func way(to endpoint: ServerEndpoint, _ files: IdentityFiles) throws -> [UInt8] {
        Digest.sha256(Array("\(endpoint)\n".utf8) + (try FileBytes.required(files.certificatePath)))
    }

    /// The device trusts other authorities than before: the next connection does.
    func rootsChanged() { made = nil }

    /// How the server is reached now.
    func connector() throws -> ServerConnector {
        if let made { return made }
        let fresh = try Self.connector(to: endpoint, configuration, files, group, time, showsIssuer: showsIssuer)
        made = fresh
        return fresh
    }

    /// Takes another server, root certificate or trust domain from agent.yaml; throws when it cannot be used.
    func configure(_ new: AgentConfiguration) async throws {
        let wanted = try await store.serverEndpoint(configured: new.server)
        replace(with: try Self.connector(to: wanted, new, files, group, time))
        configuration = new
        endpoint = wanted
    }

    private static func connector(
        to endpoint: ServerEndpoint, _ configuration: AgentConfiguration, _ files: IdentityFiles,
        _ group: MultiThreadedEventLoopGroup, _ time: TrustedTime, showsIssuer: Bool = true
    ) throws -> ServerConnector {
        let tls = try AgentTLS(
            rootCertificate: configuration.rootCertificate, certificate: files.certificatePath, key: files.keyPath,
            trustDomain: configuration.trustDomain, time: time,
            moreRoots: FileBytes.read(files.moreRootsPath) ?? [], showsIssuer: showsIssuer)
        return ServerConnector(
            group: group, endpoint: endpoint, tls: tls, proxy: configuration.proxy,
            sourceAddress: configuration.sourceAddress)
    }

    /// Another address or certificate: what the server knows of it is not known.
    private func replace(with connector: ServerConnector?) {
        made = connector
        showsIssuer = true
        unanswered = 0
    }

    /// One of our servers answered: it judges a device by the issuer that it holds itself. From the next connection on that is not shown.
    func noteIssuerIsHeld() async {
        unanswered = 0
        if showsIssuer { await show(issuer: false) }
    }

    private func show(issuer: Bool) async {
        do {
            made = try made?.showing(issuer: issuer)
            showsIssuer = issuer
            try await store.setIssuerIsHeld(over: issuer ? nil : Self.way(to: endpoint, files))
        } catch {
            logger.warning("the certificate cannot be shown otherwise", metadata: ["error": "\(error)"])
        }
    }

    /// A connection ended before our server had answered over it. Unless it was never made, or the server is busy for once, another
    /// one may stand at the address now, which knows the root alone. Returns whether the next one is shown the issuer for that.
    func noteUnanswered(_ error: (any Error)?) async -> Bool {
        let failure = error as? LinkError
        guard !showsIssuer, failure?.code != .unreachable else { return false }
        unanswered += 1
        let isBusy = failure?.isTemporary == true || failure?.retryAfter != nil
        guard !isBusy || unanswered > 1 else { return false }
        unanswered = 0
        await show(issuer: true)
        return showsIssuer
    }

    /// A connection to the server was made, or was not. An offered address that stops answering is given up for the
    /// one in agent.yaml; returns whether it was.
    @discardableResult
    func noteConnection(succeeded: Bool) async -> Bool {
        failures = succeeded ? 0 : failures + 1
        guard failures >= ConnectionOffer.mostFailures, endpoint != configuration.server else { return false }
        failures = 0
        do {
            try await store.forgetOfferedServer(reason: "\(endpoint) stopped answering")
            logger.warning(
                "the offered server address stopped answering; using agent.yaml's",
                metadata: ["address": "\(endpoint)", "server": "\(configuration.server)"])
            endpoint = configuration.server
            replace(with: nil)
            return true
        } catch {
            logger.error("cannot go back to agent.yaml's server", metadata: ["error": "\(error)"])
            return false
        }
    }

    // MARK: What is due besides synchronising

    /// What was done to the way to the server.
    enum Change: Sendable, Equatable {
        case none
        /// Connections from now on use another address or certificate.
        case replaced
        /// The device has an identity of its own now: the agent must start anew.
        case becameAnother
    }

    /// Whether `maintain` has something to do.
    func isMaintenanceDue() async -> Bool {
        if candidate.isComplete { return true }
        if (try? await store.connectionOffer()) != nil { return true }
        if await wantsOwnIdentity() { return isTimeToAsk }
        return renewal?.isDue(time: time.now(), steady: SteadyClock.now(), lastAttempt: lastRenewal) ?? false
    }

    private var renewal: RenewalPlan? {
        guard let dates = try? files.validity() else { return nil }
        return RenewalPlan(notBefore: dates.notBefore * 1_000_000, notAfter: dates.notAfter * 1_000_000)
    }

    /// Renews the certificate when it is time, and tries what is to be tried. Throws only when no connection can succeed
    /// without it: the certificate has expired and was not renewed.
    func maintain() async throws -> Change {
        if !candidate.isComplete, isTimeToAsk, await wantsOwnIdentity() { await askForOwnIdentity() }
        if !candidate.isComplete, let renewal,
            renewal.isDue(time: time.now(), steady: SteadyClock.now(), lastAttempt: lastRenewal)
        {
            do { try await renew() } catch {
                if renewal.hasExpired(at: time.now()) { throw error }
                logger.warning(
                    "certificate not renewed; the present one is still valid", metadata: ["error": "\(error)"])
            }
        }
        if candidate.isComplete {
            let change = try await tryCandidate()
            if change != .none { return change }
        }
        return try await tryOffer()
    }

    private func renew() async throws {
        lastRenewal = SteadyClock.now()
        try candidate.prepare()
        Failpoint.keyMade.pass()
        let uid = try files.uid()
        let request = try candidate.files.request(uid: uid, trustDomain: configuration.trustDomain)
        let client = CertificateClient(connector: try connector())
        let certificate = try await client.certificate(for: uid, request: request)
        Failpoint.certificateReceived.pass()
        try candidate.files.keep(certificate: certificate)
        Failpoint.certificateKept.pass()
        logger.info("certificate received; trying it")
    }

    /// The server said so, or said so once: an answer that was lost is asked for again.
    private func wantsOwnIdentity() async -> Bool {
        if candidate.newUID != nil { return true }
        return (try? await store.wantsNewIdentity()) ?? false
    }

    private var isTimeToAsk: Bool { lastAsked.map { SteadyClock.now() - $0 >= Self.askSpacing } ?? true }

    private func askForOwnIdentity() async {
        lastAsked = SteadyClock.now()
        do {
            // Of a time that the server believes.
            let uid = candidate.newUID ?? Identifier.make(now: time.now())
            try candidate.prepare(uid: uid)
            let request = try candidate.files.request(uid: uid, trustDomain: configuration.trustDomain)
            let client = CertificateClient(connector: try connector())
            let certificate = try await client.certificate(for: uid, request: request, start: start)
            try candidate.files.keep(certificate: certificate)
            logger.notice(
                "this device is a copy of another and gets an identity of its own", metadata: ["device": "\(uid)"])
        } catch {
            logger.warning("no identity of its own yet", metadata: ["error": "\(error)"])
            // Another one is asked for the next time, if at all.
            if (error as? LinkError)?.status == 403 { try? candidate.discard() }
        }
    }

    private func tryCandidate() async throws -> Change {
        let uid = try candidate.newUID ?? files.uid()
        let connector = try Self.connector(to: endpoint, configuration, candidate.files, group, time)
        do {
            try await CertificateClient(connector: connector).greet(as: uid)
        } catch let error as LinkError where error.code == .refused && [401, 403].contains(error.status) {
            // Not while the present one does not work either: it may have been made void by the new one.
            guard (try? await CertificateClient(connector: try self.connector()).greet(as: files.uid())) != nil else {
                logger.warning("the server refuses both certificates", metadata: ["error": "\(error)"])
                return .none
            }
            logger.error("the server refuses the new certificate; it is dropped", metadata: ["error": "\(error)"])
            try candidate.discard()
            return .none
        } catch {
            // It may have been taken up although the answer was lost: it is tried again at the next connection.
            logger.warning("the new certificate could not be tried", metadata: ["error": "\(error)"])
            return .none
        }
        let becomesAnother = candidate.newUID != nil
        if becomesAnother {
            // The other copy has it, too.
            unlink(files.secretsKeyPath)
            try await store.forgetIdentity()
        }
        try candidate.promote()
        replace(with: nil)
        logger.notice(becomesAnother ? "the device has an identity of its own" : "certificate renewed")
        return becomesAnother ? .becameAnother : .replaced
    }

    private func tryOffer() async throws -> Change {
        guard let offer = try await store.connectionOffer() else { return .none }
        let configured = configuration
        guard offer.endpoint != endpoint else {
            try await store.accept(offer, configured: configuration.server)
            return .none
        }
        let connector = try Self.connector(to: offer.endpoint, configuration, files, group, time)
        try await store.countAttempt(of: offer)
        do {
            try await CertificateClient(connector: connector).greet(as: files.uid())
        } catch {
            logger.warning("the offered server address does not work", metadata: ["error": "\(error)"])
            if offer.attempts + 1 >= ConnectionOffer.mostAttempts {
                try await store.reject(offer, reason: "\(error)")
            }
            return .none
        }
        // agent.yaml was read again meanwhile, and says something else.
        guard configured == configuration else { return .none }
        try await store.accept(offer, configured: configuration.server)
        logger.notice("the server's address is another now", metadata: ["server": "\(offer.endpoint)"])
        endpoint = offer.endpoint
        replace(with: connector)
        return .replaced
    }
}
