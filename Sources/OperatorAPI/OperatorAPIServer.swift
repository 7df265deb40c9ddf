import Hummingbird
import HummingbirdTLS
package import Logging
import NIOCore
package import ServerPKI
import ServiceLifecycle

/// REST and server-sent events for operators, over TLS 1.3.
package struct OperatorAPIServer: Service {
    /// After which a connection is closed over which nothing is asked, or that stops in the middle of a request.
    static let idle = TimeAmount.seconds(120)
    /// What requests in progress have to end once the server stops.
    static let farewell = Duration.seconds(5)

    private let settings: OperatorAPISettings
    private let certificate: ServedCertificate
    private let services: OperatorServices
    private let logger: Logger
    private let listening: @Sendable (Int) async -> Void

    /// `listening` is called once, with the real port, when connections are accepted.
    package init(
        settings: OperatorAPISettings, certificate: ServedCertificate, services: OperatorServices, logger: Logger,
        listening: @escaping @Sendable (Int) async -> Void
    ) {
        self.settings = settings
        self.certificate = certificate
        self.services = services
        self.logger = logger
        self.listening = listening
    }

    /// Throws when the certificate cannot be read or the port is taken. Ends with a graceful shutdown, which ends event
    /// streams and waiting requests too.
    package func run() async throws {
        let listening = listening
        let application = Application(
            router: OperatorRouter.make(services: services, logger: logger),
            server: try .tls(
                .http1(configuration: .init(idleTimeout: Self.idle)), tlsConfiguration: certificate.configuration()),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port), serverName: "martlet"),
            onServerRunning: { await listening($0.localAddress?.port ?? 0) }, logger: logger)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            // What operators ask goes before what devices do by themselves.
            group.addTask(priority: .high) {
                try await application.run()
                return true
            }
            // Who does not read what it asked for keeps nobody from stopping.
            group.addTask {
                try await gracefulShutdown()
                try await Task.sleep(for: Self.farewell)
                return false
            }
            let isOver = try await group.next() ?? true
            if !isOver { logger.warning("operators' connections that did not end in time are cut") }
            group.cancelAll()
            while await group.nextResult() != nil {}
        }
    }
}
