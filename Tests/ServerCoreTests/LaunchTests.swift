import DeviceProtocol
import Manifests
import ServerCore
import ServerStore
import Testing

/// One call that starts a task on many devices.
@Suite(.tags(.R14)) struct LaunchTests {
    private static let task = """
        apiVersion: martlet/v1
        kind: Task
        metadata: {name: update}
        spec: {application: martlet.clamav, task: update, scope: {group: root}, schedule: {manual: true}}
        """

    /// Devices that never speak.
    private func add(_ count: Int, _ server: TestServer) async throws -> [DeviceUID] {
        let uids = (0..<count).map { _ in DeviceUID.make(now: server.clock.now) }
        let template = try await server.addDevice()
        try await server.store.write { transaction in
            let columns = try transaction.query("SELECT name FROM pragma_table_info('devices') WHERE name <> 'uid'")
                .map { try $0.text("name") }.joined(separator: ", ")
            try transaction.executeBatch(
                "INSERT INTO devices (uid, \(columns)) SELECT $1, \(columns) FROM devices WHERE uid = $2",
                uids.map { [.blob($0.bytes), .blob(template.bytes)] })
        }
        return uids + [template]
    }

    /// As soon as every run is made.
    private func settled(_ launch: Identifier, _ server: TestServer) async throws -> LaunchRecord {
        try await server.sync.reportFeed.wait(
            .seconds(60), for: { try await server.queries.launch(launch) }, until: { $0.waiting == 0 })
    }

    @Test func `news of a launch on many devices is gathered: what follows it closely is in the same answer`()
        async throws
    {
        try await TestServer.run { server in
            try await server.apply(Self.task)
            _ = try await add(150, server)
            let (launch, _) = try await server.actions.run("update", on: [], by: TestServer.admin)
            let before = try await settled(launch, server)
            async let news = server.queries.launch(
                launch, newerThan: before.revision - 1, feed: server.sync.reportFeed, waiting: .seconds(60),
                gathering: .seconds(3))
            try await server.store.write { transaction in
                _ = try transaction.execute("UPDATE runs SET state = 3 WHERE launch_id = $1", [.blob(launch.bytes)])
            }
            #expect(try await news.isFinal)
        }
    }

    @Test
    func `of 2500 devices each gets its run, the first before the answer, and the counts are right all the while`()
        async throws
    {
        try await TestServer.run { server in
            try await server.apply(Self.task)
            let devices = try await add(2_499, server)
            let (launch, runs) = try await server.actions.run("update", on: [], by: TestServer.admin)
            #expect(runs.count == DeviceActions.mostBeforeAnswer)
            let early = try await server.queries.launch(launch)
            #expect(early.devices == 2_500)
            #expect(early.waiting + early.runs.values.reduce(0, +) == 2_500)
            let record = try await settled(launch, server)
            #expect(record.runs == [.pending: 2_500] && record.leftOut == 0 && !record.isFinal)
            let held = try await server.store.read { reader in
                try reader.query("SELECT DISTINCT device_uid FROM runs WHERE launch_id = $1", [.blob(launch.bytes)])
                    .count
            }
            #expect(held == devices.count)
            let page = try await server.queries.runs(launch: launch, state: .pending, page: PageRequest(limit: 10))
            #expect(page.items.count == 10 && page.items.allSatisfy { $0.launch == launch })
            // One entry of the audit, not one for each device.
            #expect(try await server.count("audit WHERE action = 'run'") == 1)
            #expect(try await server.count("audit WHERE detail LIKE '2500 devices; launch %'") == 1)
            #expect(try await server.count("audit WHERE action = 'runTask' OR kind = 'Device'") == 0)
        }
    }

    @Test func `the audit names the devices where they are few`() async throws {
        try await TestServer.run { server in
            let device = try await server.addDevice()
            try await server.apply(Self.task)
            _ = try await server.actions.run("update", on: [device], by: TestServer.admin)
            #expect(try await server.count("audit WHERE action = 'run' AND detail LIKE '\(device); launch %'") == 1)
        }
    }

    @Test func `what a server that was killed left is gone on with, once`() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.task)
            let devices = try await add(1_199, server)
            // As it is when the server dies after the launch was noted.
            let launch = try await server.writer.submit { transaction in
                try TestLaunch.note("update", devices, by: "admin", now: server.clock.now, in: transaction)
            }
            async let first = server.actions.goOnWithLaunches()
            async let second = server.actions.goOnWithLaunches()
            #expect(try await first + second == 1_200)
            #expect(try await server.queries.launch(launch).runs == [.pending: 1_200])
            #expect(try await server.actions.goOnWithLaunches() == 0)
        }
    }

    @Test func `one that is gone or revoked meanwhile is left out and counted; the others run`() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.task)
            let devices = try await add(9, server)
            let launch = try await server.writer.submit { transaction in
                try TestLaunch.note("update", devices, by: "admin", now: server.clock.now, in: transaction)
            }
            try await server.store.write { transaction in
                try transaction.execute("DELETE FROM devices WHERE uid = $1", [.blob(devices[0].bytes)])
                try transaction.execute(
                    "UPDATE devices SET standing = 'revoked' WHERE uid = $1", [.blob(devices[1].bytes)])
            }
            #expect(try await server.actions.goOnWithLaunches() == 8)
            let record = try await server.queries.launch(launch)
            #expect(record.leftOut == 2 && record.runs == [.pending: 8])
        }
    }

    @Test func `stopping a launch begins no further run and tells the devices of those that are not over`() async throws
    {
        try await TestServer.run { server in
            try await server.apply(Self.task)
            let devices = try await add(599, server)
            let (launch, _) = try await server.actions.run("update", on: [], by: TestServer.admin)
            try await server.store.write { transaction in
                try transaction.execute(
                    "UPDATE runs SET state = 3 WHERE launch_id = $1 AND device_uid = $2",
                    [.blob(launch.bytes), .blob(devices[0].bytes)])
            }
            #expect(try await server.actions.stop(launch: launch, by: TestServer.admin) == 599)
            #expect(try await server.count("orders WHERE kind = '\(OrderKind.cancelRun.rawValue)'") == 599)
            let record = try await server.queries.launch(launch)
            #expect(record.stoppedAt != nil && record.runs == [.pending: 599, .succeeded: 1])
            let waiting = try await server.writer.submit { transaction in
                try TestLaunch.note("update", devices, by: "admin", now: server.clock.now, in: transaction)
            }
            #expect(try await server.actions.stop(task: "update", by: TestServer.admin) >= 599)
            #expect(try await server.actions.goOnWithLaunches() == 0)
            #expect(try await server.queries.launch(waiting).leftOut == 600)
            await #expect(throws: CoreError.self) {
                try await server.actions.stop(launch: Identifier.make(now: 1), by: TestServer.admin)
            }
        }
    }
}

/// A launch whose server died before it made a run.
private enum TestLaunch {
    static func note(
        _ task: String, _ devices: [DeviceUID], by name: String, now: Int64, in transaction: any SQLTransaction
    ) throws -> Identifier {
        let id = Identifier.make(now: now)
        try transaction.execute(
            """
            INSERT INTO launches (launch_id, task_name, operator, created_at, devices, waiting, revision)
            VALUES ($1, $2, $3, $4, $5, $6, 1)
            """,
            [
                .blob(id.bytes), .text(task), .text(name), .integer(now), .integer(Int64(devices.count)),
                .blob(devices.flatMap(\.bytes)),
            ])
        return id
    }
}
