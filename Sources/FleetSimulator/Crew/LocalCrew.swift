import AgentCore
import AgentPlugins
import DurableFiles
package import Logging
import NIOCore
import NIOPosix
import Synchronization

/// The devices of this process.
package final class LocalCrew: Crew {
    private let scenario: Scenario
    private let token: String?
    private let devices: [FleetDevice]
    private let shared: FleetDevice.Shared
    private let meter: FleetMeter
    private let group: MultiThreadedEventLoopGroup
    private let peers: Mutex<[Task<Void, Never>]> = Mutex([])

    /// Devices that join or start at the same time.
    private static let atOnce = 32
    private static let threads = 2

    /// `part` is the devices' numbers in the fleet. `token` joins devices that are not enrolled.
    package init(
        _ scenario: Scenario, part: Range<Int>, place: FleetPlace, token: String?, logger: Logger
    ) throws {
        self.scenario = scenario
        self.token = token
        try FileBytes.makeDirectory(place.directory)
        try FileBytes.makeDirectory(place.directory + "/devices")
        try place.writeSoftware(scenario.software)
        let troubles = scenario.troubles
        // Copies are numbered after the fleet, and run in its first part.
        let clones = part.lowerBound == 0 ? min(troubles.clones, part.count) : 0
        group = MultiThreadedEventLoopGroup(numberOfThreads: Self.threads)
        meter = FleetMeter(devices: part.count + clones)
        let shared = FleetDevice.Shared(
            place: place, meter: meter,
            archive: try FleetArchive(path: "\(place.directory)/stores-\(part.lowerBound).db"),
            inventory: InventoryReader(path: place.softwarePath), group: group, logger: logger, wake: scenario.wake)
        self.shared = shared
        let originals = part.enumerated().map { index, number in
            // By the number, so that a device's clock is equally wrong at each start.
            let spread = Double((number &* 7_919) % 1_000) / 1_000
            let isSkewed = Double((number &* 104_729) % 1_000) / 1_000 < troubles.skewed
            let error = isSkewed ? Int64((spread * 2 - 1) * Double(troubles.skew)) : 0
            return FleetDevice(number: number, index: index, shared: shared, clockError: error)
        }
        let copies = (0..<clones).map { clone in
            FleetDevice(
                number: scenario.devices + clone, index: part.count + clone, shared: shared, clockError: 0,
                copyOf: clone)
        }
        devices = originals + copies
    }

    package func start() async throws {
        let begun = ContinuousClock.now
        let arrive = Duration.microseconds(scenario.arrive)
        let (count, token) = (devices.count, token)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, device) in devices.enumerated() {
                if index >= Self.atOnce { try await group.next() }
                // Not before its turn.
                try await Task.sleep(until: begun + arrive * index / count)
                group.addTask {
                    try await device.join(token: token)
                    try await device.start()
                }
            }
            try await group.waitForAll()
        }
        try torment()
    }

    /// Peers that are no good, with the certificates of the first devices.
    private func torment() throws {
        let troubles = scenario.troubles
        let kinds =
            Array(repeating: StalledPeer.Kind.silent, count: troubles.stalled)
            + Array(repeating: StalledPeer.Kind.slow, count: troubles.slow)
        for (index, kind) in kinds.enumerated() {
            guard let device = devices.indices.contains(index) ? devices[index] : devices.first else { return }
            let configuration = shared.place.configuration(of: device.number, wake: false)
            let peer = StalledPeer(
                kind: kind, connector: try ServerConnector(configuration: configuration, group: group))
            let task = Task { await peer.run() }
            peers.withLock { $0.append(task) }
        }
    }

    package func setMark() { meter.setMark() }

    package func status() async -> FleetStatus {
        var status = meter.status
        guard status.emitted > 0 else { return status }
        for device in devices { status.spooled += await device.spooled }
        return status
    }

    package func untold() async throws -> Int {
        var count = 0
        for device in devices where try await device.hasMore { count += 1 }
        return count
    }

    package func times(_ goal: Scenario.Goal) -> [Int64] { meter.times(goal) }

    package func emit(_ emission: Scenario.Emission) async throws {
        guard let pace = emission.perSecond else { return await emitAtOnce(emission) }
        let begun = ContinuousClock.now
        var said = 0
        while said < emission.count {
            let passed = ContinuousClock.now - begun
            let due = min(Int(passed / .seconds(1) * Double(pace)), emission.count)
            while said < due {
                let device = devices[said % devices.count]
                await device.emit([await device.event(emission)])
                said += 1
            }
            try await Task.sleep(for: Self.tick)
        }
    }

    private static let tick = Duration.milliseconds(2)
    /// Events that a device takes into its spool in one commit.
    private static let batch = 100

    private func emitAtOnce(_ emission: Scenario.Emission) async {
        let each = (emission.count + devices.count - 1) / devices.count
        await withTaskGroup { group in
            for device in devices {
                group.addTask {
                    var left = each
                    while left > 0 {
                        var events: [PluginEvent] = []
                        for _ in 0..<min(left, Self.batch) { events.append(await device.event(emission)) }
                        await device.emit(events)
                        left -= events.count
                    }
                }
            }
        }
    }

    package func cut(_ share: Double) async {
        let every = share > 0 ? max(Int(1 / share), 1) : Int.max
        for device in devices where device.number % every == 0 { await device.cut() }
    }

    package func stop() async throws {
        for task in peers.withLock({ $0 }) { task.cancel() }
        try await withThrowingTaskGroup(of: (number: Int, image: [UInt8]).self) { group in
            for (index, device) in devices.enumerated() {
                if index >= Self.atOnce, let kept = try await group.next() { try shared.archive.keep([kept]) }
                group.addTask { (device.number, try await device.stop()) }
            }
            var images: [(number: Int, image: [UInt8])] = []
            for try await kept in group { images.append(kept) }
            try shared.archive.keep(images)
        }
        try await group.shutdownGracefully()
    }
}
