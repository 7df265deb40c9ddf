import Hummingbird
import HummingbirdTLS
package import Logging
import NIOCore
package import ServerPKI
import ServiceLifecycle

/// REST and server-sent events for operators, over TLS 1.3.
package struct OperatorAPIServer: Service {
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
            server: try .tls(tlsConfiguration: certificate.configuration()),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port), serverName: "martlet"),
            onServerRunning: { await listening($0.localAddress?.port ?? 0) }, logger: logger)
        // What operators ask goes before what devices do by themselves.
        try await withThrowingTaskGroup { group in
            group.addTask(priority: .high) { try await application.run() }
            try await group.waitForAll()
        }
    }
}
