package import DeviceProtocol
import Foundation
import Manifests
package import ServerStore

/// What operators do to devices: each becomes an order, is told to a connected device at once, and wakes another.
package struct DeviceActions: Sendable {
    /// Runs that a call makes before it answers; those of more devices follow by themselves.
    package static let mostBeforeAnswer = 1_000

    let writer: GroupedWriter
    let sync: DeviceSync
    let notifier: any DeviceNotifier
    let wakes: WakeDesk
    let clock: ServerClock

    package init(
        writer: GroupedWriter, sync: DeviceSync, notifier: any DeviceNotifier, wakes: WakeDesk,
        clock: ServerClock = .system
    ) {
        self.writer = writer
        self.sync = sync
        self.notifier = notifier
        self.wakes = wakes
        self.clock = clock
    }

    /// The device reports everything anew. Returns the order.
    package func sync(_ device: DeviceUID, by identity: OperatorIdentity) async throws -> Identifier {
        try await order(.sync, device, subject: "", action: .syncNow(WireSyncNow()), by: identity)
    }

    package func control(
        _ application: String, instance: String = "", _ action: ApplicationAction, on device: DeviceUID,
        by identity: OperatorIdentity
    ) async throws -> Identifier {
        var control = WireControlApplication()
        control.application = application
        control.instance = instance
        control.action = action.wire
        return try await order(
            .controlApplication, device, subject: "\(action.rawValue) \(application)",
            action: .controlApplication(control),
            by: identity)
    }

    /// Throws `conflict` when the run is over.
    package func cancel(_ run: RunID, by identity: OperatorIdentity) async throws -> Identifier {
        let now = clock.now()
        let cache = sync.cache
        let (device, order, moment) = try await writer.submit(.urgent) { transaction in
            let moment = cache.moment()
            guard let record = try RunRecord.find(run, in: transaction) else {
                throw CoreError(.notFound, "no run \(run)")
            }
            guard !record.state.isFinal else { throw CoreError(.conflict, "run \(run) is over: \(record.state.name)") }
            var cancel = WireCancelRun()
            cancel.runID = Data(run.bytes)
            let orders = OrderWriter(identity: identity, now: now, transaction: transaction)
            let order = try orders.queue(.cancelRun, for: record.device, subject: "\(run)", action: .cancelRun(cancel))
            return (record.device, order, moment)
        }
        await dispatch([Dispatch(device: device, order: order, run: nil)], asOf: moment)
        return order.id
    }

    /// Starts a stored task. Without devices: on every device in its scope. Returns the launch and its first runs; where there
    /// are more devices, theirs are made by and by, also by a server that was started anew.
    package func run(
        _ task: String, on devices: [DeviceUID], by identity: OperatorIdentity
    ) async throws -> (launch: Identifier, runs: [StartedRun]) {
        let now = clock.now()
        // The first in the same transaction: most launches are small.
        let rows = devices.isEmpty ? TaskStarter.slice : min(devices.count, TaskStarter.slice)
        let cache = sync.cache
        var (launch, step) = try await writer.submit(.urgent, rows: rows * 3) { transaction in
            let starter = TaskStarter(identity: identity, now: now, transaction: transaction)
            let launch = try starter.launch(task, on: devices)
            return (launch, try starter.goOn(launch, asOf: cache.moment()))
        }
        await dispatch(step)
        var started = step.runs
        while !step.isLast, started.count < Self.mostBeforeAnswer {
            step = try await goOn(launch, by: identity.name, .urgent)
            started += step.runs
        }
        if !step.isLast { Task(priority: .medium) { try await finish(launch, by: identity.name) } }
        return (launch, started)
    }

    /// Makes the runs of launches that a server left unfinished. Returns how many.
    package func goOnWithLaunches() async throws -> Int {
        let unfinished = try await sync.store.read { reader in
            try reader.query(
                "SELECT launch_id, operator FROM launches WHERE length(waiting) > 0 AND stopped_at IS NULL ORDER BY launch_id"
            ).compactMap { row in try Identifier(row.blob("launch_id")).map { ($0, try row.text("operator")) } }
        }
        var made = 0
        for (launch, name) in unfinished { made += try await finish(launch, by: name) }
        return made
    }

    @discardableResult
    private func finish(_ launch: Identifier, by name: String) async throws -> Int {
        var made = 0
        while true {
            // Nobody waits for these.
            let step = try await goOn(launch, by: name, .control)
            made += step.runs.count
            if step.isLast { return made }
        }
    }

    /// Two at once do no harm: each takes devices that the other does not.
    private func goOn(_ launch: Identifier, by name: String, _ lane: WriteLane) async throws -> LaunchStep {
        let now = clock.now()
        // What it may do was decided when the launch was made.
        let identity = OperatorIdentity(name: name, role: .operate)
        let cache = sync.cache
        let step = try await writer.submit(lane, rows: TaskStarter.slice * 3) { transaction in
            try TaskStarter(identity: identity, now: now, transaction: transaction).goOn(launch, asOf: cache.moment())
        }
        await dispatch(step)
        return step
    }

    /// Stops a launch: no further run begins, and every device whose run is not over is told to cancel it. Returns how many were
    /// told. Throws `notFound`.
    package func stop(launch: Identifier, by identity: OperatorIdentity) async throws -> Int {
        let now = clock.now()
        try await writer.submit(.urgent, rows: 2) { transaction in
            guard let record = try LaunchRecord.find(launch, in: transaction) else {
                throw CoreError(.notFound, "no launch \(launch)")
            }
            try transaction.execute(
                "UPDATE launches SET stopped_at = coalesce(stopped_at, $2), left_out = left_out + length(waiting) / 16, waiting = $3 WHERE launch_id = $1",
                [.blob(launch.bytes), .integer(now), .blob([])])
            try AuditLog.write(
                "stop", kind: "Task", name: record.taskName, detail: "launch \(launch)", by: identity, now: now,
                in: transaction)
        }
        return try await cancelAll("launch_id = $1", .blob(launch.bytes), by: identity)
    }

    /// Every run of a task that is not over, whoever or whatever started it. Returns how many devices were told.
    package func stop(task: String, by identity: OperatorIdentity) async throws -> Int {
        let now = clock.now()
        let launches = try await writer.submit(.urgent, rows: 2) { transaction in
            guard try DeclaredState.find(.task, name: task, in: transaction) != nil else {
                throw CoreError(.notFound, "no Task \"\(task)\" (martlet get tasks)")
            }
            try AuditLog.write(
                "stop", kind: "Task", name: task, detail: "all runs", by: identity, now: now, in: transaction)
            return try transaction.query(
                "SELECT launch_id FROM launches WHERE task_name = $1 AND length(waiting) > 0 AND stopped_at IS NULL",
                [.text(task)]
            ).compactMap { Identifier(try $0.blob("launch_id")) }
        }
        for launch in launches { _ = try await stop(launch: launch, by: identity) }
        return try await cancelAll("task_name = $1", .text(task), by: identity)
    }

    /// In slices, in the order of the runs: one that ends meanwhile needs no telling.
    private func cancelAll(_ condition: String, _ value: SQLValue, by identity: OperatorIdentity) async throws -> Int {
        let now = clock.now()
        let cache = sync.cache
        var told = 0
        var last: [UInt8] = []
        while true {
            let after = last
            let (cancelled, moment) = try await writer.submit(.urgent, rows: TaskStarter.slice * 2) { transaction in
                let moment = cache.moment()
                let rows = try transaction.query(
                    "SELECT run_id, device_uid FROM runs WHERE \(condition) AND state < 3 AND run_id > $2 ORDER BY run_id LIMIT $3",
                    [value, .blob(after), .integer(Int64(TaskStarter.slice))])
                let orders = OrderWriter(identity: identity, now: now, transaction: transaction)
                let dispatches = try rows.compactMap { row -> (run: RunID, dispatch: Dispatch?)? in
                    guard let run = RunID(try row.blob("run_id")), let device = DeviceUID(try row.blob("device_uid"))
                    else { return nil }
                    var cancel = WireCancelRun()
                    cancel.runID = Data(run.bytes)
                    do {
                        let order = try orders.queue(
                            .cancelRun, for: device, subject: "\(run)", action: .cancelRun(cancel), isAudited: false)
                        return (run, Dispatch(device: device, order: order, run: nil))
                    } catch is CoreError {
                        // Revoked meanwhile: nobody can tell it.
                        return (run, nil)
                    }
                }
                return (dispatches, moment)
            }
            guard let end = cancelled.last else { return told }
            last = end.run.bytes
            let orders = cancelled.compactMap(\.dispatch)
            told += orders.count
            await dispatch(orders, asOf: moment)
        }
    }

    private func order(
        _ kind: OrderKind, _ device: DeviceUID, subject: String, action: WireOrder.OneOf_Action,
        by identity: OperatorIdentity
    ) async throws -> Identifier {
        let now = clock.now()
        let cache = sync.cache
        let (order, moment) = try await writer.submit(.urgent, rows: 2) { transaction in
            let moment = cache.moment()
            let order = try OrderWriter(identity: identity, now: now, transaction: transaction)
                .queue(kind, for: device, subject: subject, action: action)
            return (order, moment)
        }
        await dispatch([Dispatch(device: device, order: order, run: nil)], asOf: moment)
        return order.id
    }

    private struct Dispatch {
        var device: DeviceUID
        var order: PendingOrder
        var run: RunID?
    }

    private func dispatch(_ step: LaunchStep) async {
        await dispatch(
            step.runs.map { Dispatch(device: $0.device, order: $0.pending, run: $0.run) }, asOf: step.moment)
    }

    /// `moment`: within the transaction that queued the orders, before.
    private func dispatch(_ orders: [Dispatch], asOf moment: UInt64) async {
        let devices = Set(orders.map(\.device))
        sync.cache.add(orders.map { ($0.device, $0.order) }, asOf: moment)
        sync.reportFeed.signal()
        await notifier.changed(devices)
        for order in orders where !sync.isConnected(order.device) {
            wakes.request(WakeRequest(device: order.device, order: order.order.id, run: order.run))
        }
    }
}
