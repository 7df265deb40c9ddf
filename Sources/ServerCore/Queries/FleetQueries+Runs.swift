package import DeviceProtocol
import ServerStore

extension FleetQueries {
    /// Newest first.
    package func runs(
        device: DeviceUID? = nil, task: String? = nil, launch: Identifier? = nil, state: RunState? = nil,
        page: PageRequest
    ) async throws -> Page<RunRecord> {
        let after = try page.identifier()
        let found = try await store.read { reader in
            var filter = Filter()
            filter.add("device_uid = %", device.map { .blob($0.bytes) })
            filter.add("task_name = %", task.map { .text($0) })
            filter.add("launch_id = %", launch.map { .blob($0.bytes) })
            filter.add("state = %", state.map { .integer($0.rawValue) })
            filter.after("run_id", after.map { [SQLValue.blob($0.bytes)] }, descending: true)
            return try reader.query(
                "SELECT * FROM runs\(filter.sql) ORDER BY run_id DESC LIMIT \(page.limit + 1)", filter.arguments
            ).map(RunRecord.init(row:))
        }
        return Page(found, limit: page.limit) { ["\($0.id)"] }
    }

    /// Throws `notFound`.
    package func run(_ id: RunID) async throws -> RunRecord {
        try await store.lookUp { reader in
            guard let run = try RunRecord.find(id, in: reader) else { throw CoreError(.notFound, "no run \(id)") }
            return run
        }
    }

    /// Throws `notFound`.
    package func launch(_ id: Identifier) async throws -> LaunchRecord {
        try await store.read { reader in
            guard let launch = try LaunchRecord.find(id, in: reader) else {
                throw CoreError(.notFound, "no launch \(id)")
            }
            return launch
        }
    }

    /// For so many devices something of a launch is another at every moment: its news is gathered.
    static let manyRuns: Int64 = 100

    /// The launch as soon as its revision is above `revision`, or as it is when `time` is over. News of a launch on many devices
    /// is gathered for a moment: who watches it would have all of its runs counted for each of them.
    package func launch(
        _ id: Identifier, newerThan revision: Int64, feed: ChangeFeed, waiting time: Duration,
        gathering moment: Duration = .milliseconds(100)
    ) async throws -> LaunchRecord {
        let begun = ContinuousClock.now
        let found = try await feed.wait(
            time, for: { try await self.launch(id) }, until: { $0.revision > revision || $0.isFinal })
        let end = begun + min(moment, time)
        guard found.devices > Self.manyRuns, !found.isFinal, .now < end else { return found }
        try await Task.sleep(until: end, clock: .continuous)
        return try await launch(id)
    }

    /// Throws `notFound`.
    package func order(_ id: Identifier, of device: DeviceUID) async throws -> OrderRecord {
        let now = clock.now()
        return try await store.lookUp { reader in
            guard let order = try OrderRecord.find(id, in: reader, now: now), order.device == device else {
                throw CoreError(.notFound, "no order \(id) for device \(device)")
            }
            return order
        }
    }

    /// The run as soon as its revision is above `revision`, or as it is when `time` is over.
    package func run(
        _ id: RunID, newerThan revision: Int64, feed: ChangeFeed, waiting time: Duration
    ) async throws -> RunRecord {
        try await feed.wait(
            time, for: { try await self.run(id) }, until: { $0.revision > revision || $0.state.isFinal })
    }

    /// The order as soon as its revision is above `revision`, or as it is when `time` is over.
    package func order(
        _ id: Identifier, of device: DeviceUID, newerThan revision: Int64, feed: ChangeFeed, waiting time: Duration
    ) async throws -> OrderRecord {
        try await feed.wait(
            time, for: { try await self.order(id, of: device) },
            until: { $0.revision > revision || $0.status != .pending })
    }
}
