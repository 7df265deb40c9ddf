import AgentGateway
import ArgumentParser
import Foundation
import Logging
import ServerCore
import ServiceLifecycle
import UnixSignals

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Serve agents and operators until SIGTERM.")

    @OptionGroup var options: ServerOptions

    @Option(help: "Written when the server listens, with the real ports.")
    var readyFile: String?

    func run() async throws {
        ConnectionBuffers.keepApart()
        let configuration = try options.load()
        let logger = options.logger(configuration)
        let services: [any Service]
        do {
            services = try await ServerRuntime.make(configuration, logger: logger, readyFile: readyFile)
        } catch {
            throw Failure.exit(error)
        }
        let group = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger))
        do { try await group.run() } catch {
            // What binds while the services run is the operators' listener.
            throw Failure.exit(ListenFailure.named(error, configuration.operators, setting: "operators"))
        }
    }
}
