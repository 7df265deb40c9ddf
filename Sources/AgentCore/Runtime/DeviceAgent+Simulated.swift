package import AgentPlugins
import DeviceProtocol
package import Logging
package import NIOPosix

// A device among thousands in one process: no plugin hosts, no packages, no secrets, no socket of its own.
extension DeviceAgent {
    /// `applications` makes the device's applications, which tell their news to the delegate. The device has to be enrolled.
    package convenience init(
        configuration: AgentConfiguration, store: AgentStore, inventory: InventoryReader,
        group: MultiThreadedEventLoopGroup, environment: AgentEnvironment, logger: Logger,
        observe: @escaping @Sendable (ConnectionMoment) -> Void,
        becameAnother: @escaping @Sendable () -> Void = {},
        applications: (any PluginDelegate) -> any ManagedApplications
    ) async throws {
        let files = IdentityFiles(dataDirectory: configuration.dataDirectory)
        let name = configuration.hostname ?? "simulated"
        let facts = HostFacts(name: name, architecture: "x86_64", system: "Simulated", kernel: "1")
        let start = try await AgentStart.begin(store, now: environment.now(), environment: environment)
        let time = TrustedTime(known: try await store.serverTime())
        let port = PluginPort(store: store, logger: logger, environment: environment)
        try await self.init(
            identity: DeviceIdentity(uid: try files.uid(), host: facts), store: store, start: start, port: port,
            applications: applications(port),
            route: ServerRoute(
                configuration: configuration, files: files, store: store, start: start, group: group, time: time,
                logger: logger),
            group: group, time: time, inventory: inventory, logger: logger, environment: environment,
            observe: observe, becameAnother: becameAnother)
        await listen(configuration.wake)
    }

    /// Ends the device in order; nothing is said by UDP.
    package func end() async {
        await tasks.stop()
        await wakes.close()
        await connection.stop()
    }

    /// Whether the server is still to be told something.
    package var hasMore: Bool { get async throws { try await composer.hasMore() } }

    /// The connection is cut, as by a network that fails; the device comes again by its own rules.
    package func cut() async { await connection.persistent.link?.close() }
}
