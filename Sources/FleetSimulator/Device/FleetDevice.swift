import AgentCore
import AgentPlugins
import DeviceProtocol
import DurableFiles
import Logging
import NIOPosix

/// One device: the agent's own core around a store in memory and simulated applications.
actor FleetDevice {
    /// What devices of one process share.
    struct Shared: Sendable {
        let place: FleetPlace
        let meter: FleetMeter
        let archive: FleetArchive
        let inventory: InventoryReader
        let group: MultiThreadedEventLoopGroup
        let logger: Logger
        let wake: Bool
    }

    /// In the whole fleet.
    nonisolated let number: Int
    /// Bytes of an event's data besides the padding.
    private static let dataFrame = 38
    /// In the meter.
    private let index: Int
    private let shared: Shared
    private let environment: AgentEnvironment
    /// The device whose disk this one's is a copy of.
    private let original: Int?
    private var agent: DeviceAgent?

    /// `clockError` in µs.
    init(number: Int, index: Int, shared: Shared, clockError: Int64, copyOf original: Int? = nil) {
        self.number = number
        self.index = index
        self.shared = shared
        self.original = original
        environment = FleetClock.environment(wrongBy: clockError)
    }

    private var configuration: AgentConfiguration { shared.place.configuration(of: number, wake: shared.wake) }

    /// Joins with a token, unless the device has done so before.
    func join(token: String?) async throws {
        guard !IdentityFiles(dataDirectory: configuration.dataDirectory).isEnrolled else { return }
        if let original { return try copyIdentity(of: original) }
        guard let token else {
            throw FleetError(
                "\(shared.place.name(of: number)) is not enrolled; say --token-file with a token to join with")
        }
        _ = try await Enroller(configuration: configuration).enroll(token: token, group: shared.group)
    }

    private func copyIdentity(of original: Int) throws {
        let from = IdentityFiles(dataDirectory: shared.place.configuration(of: original, wake: false).dataDirectory)
        let to = IdentityFiles(dataDirectory: configuration.dataDirectory)
        try FileBytes.makeDirectory(to.directory)
        for file in ["device.key", "device.uid", "device.pem"] {
            try FileBytes.replace(
                "\(to.directory)/\(file)", with: FileBytes.required("\(from.directory)/\(file)"), mode: 0o600)
        }
    }

    func start() async throws {
        try await start(with: shared.archive.image(of: number))
        shared.meter.started()
    }

    private func start(with image: [UInt8]) async throws {
        let store = try AgentStore(image: image, environment: environment, mayCommit: { true })
        let (meter, index) = (shared.meter, index)
        let agent = try await DeviceAgent(
            configuration: configuration, store: store, inventory: shared.inventory, group: shared.group,
            environment: environment, logger: shared.logger,
            observe: { meter.happened($0, to: index) }, becameAnother: { Task { await self.becomeAnother() } },
            applications: { FleetApplications(number: index, meter: meter, delegate: $0) })
        self.agent = agent
        try await agent.begin()
    }

    /// The device has an identity of its own now, and is started with it.
    private func becomeAnother() async {
        shared.meter.becameAnother()
        do { try await start(with: stop()) } catch {
            shared.logger.error("not started anew", metadata: ["device": "\(number)", "error": "\(error)"])
        }
    }

    /// Ends it in order; what its store holds then.
    func stop() async throws -> [UInt8] {
        guard let agent else { return [] }
        await agent.end()
        self.agent = nil
        return try await agent.store.image()
    }

    func cut() async { await agent?.cut() }

    func emit(_ events: [PluginEvent]) async {
        guard let agent else { return }
        let admissions = await agent.append(events, from: FleetApplications.application)
        shared.meter.emitted(admissions.count { $0 == .stored })
    }

    /// A new event of this device, as of now; its data says when that was by the machine's clock (µs), whatever the device's says.
    func event(_ emission: Scenario.Emission) -> PluginEvent {
        let now = environment.now()
        let padding = [UInt8](repeating: UInt8(ascii: "x"), count: max(emission.bytes - Self.dataFrame, 0))
        let data = Array("{\"at\":\(WallClock.now()),\"padding\":\"".utf8) + padding + Array("\"}".utf8)
        return PluginEvent(
            id: environment.identifier(now).bytes, application: FleetApplications.application, instance: "",
            severity: EventSeverity(rawValue: emission.severity) ?? .info, type: "fleet.event", text: "a fleet's event",
            data: data, time: now)
    }

    var hasMore: Bool { get async throws { try await agent?.hasMore ?? false } }
    var spooled: Int { get async { Int(await agent?.store.spoolDepth().events ?? 0) } }
}
