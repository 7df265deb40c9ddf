import DesiredState
import DeviceProtocol
import Foundation
import Manifests
import ServerStore

/// Makes runs of a stored task, and their orders, in one transaction.
struct TaskStarter {
    let identity: OperatorIdentity
    let now: Int64
    let transaction: any SQLTransaction

    /// Devices whose runs one transaction makes: others' writes go between.
    static let slice = 500
    /// Devices that the audit names one by one; of more it has their number.
    static let mostNamed = 16
    /// Devices of a call that are looked up one by one; for more, the whole scope is read.
    static let mostLookedUp = 64

    /// Notes for which devices the task is to run; `goOn` makes the runs. Throws `notFound`, `conflict` for a device that is not
    /// in the task's scope.
    func launch(_ name: String, on devices: [DeviceUID]) throws -> Identifier {
        let (_, spec) = try task(name)
        let scope = try devicesInScope(
            spec.scope, among: (1...Self.mostLookedUp).contains(devices.count) ? devices : nil)
        if let stranger = devices.first(where: { !scope.contains($0) }) {
            throw CoreError(.conflict, "task \"\(name)\" does not concern device \(stranger): it is not in its scope")
        }
        let chosen = devices.isEmpty ? scope.sorted() : devices
        guard !chosen.isEmpty else { throw CoreError(.conflict, "task \"\(name)\" concerns no device") }
        // What would be refused for one device alone is said now, and not found out later.
        if let device = chosen.first, chosen.count == 1 {
            try OrderWriter(identity: identity, now: now, transaction: transaction).assertTakesOrders(device)
        }
        let id = Identifier.make(now: now)
        try transaction.execute(
            """
            INSERT INTO launches (launch_id, task_name, operator, created_at, devices, waiting, revision)
            VALUES ($1, $2, $3, $4, $5, $6, 1)
            """,
            [
                .blob(id.bytes), .text(name), .text(identity.name), .integer(now), .integer(Int64(chosen.count)),
                .blob(chosen.flatMap(\.bytes)),
            ])
        let named =
            chosen.count <= Self.mostNamed
            ? chosen.map { "\($0)" }.joined(separator: ", ") : "\(chosen.count) devices"
        try AuditLog.write(
            "run", kind: "Task", name: name, detail: "\(named); launch \(id)", by: identity, now: now,
            in: transaction)
        return id
    }

    /// Makes the next runs of a launch. `moment`: of now.
    func goOn(_ launch: Identifier, asOf moment: UInt64) throws -> LaunchStep {
        guard
            let row = try transaction.first(
                "SELECT task_name, waiting FROM launches WHERE launch_id = $1 AND stopped_at IS NULL",
                [.blob(launch.bytes)])
        else { return LaunchStep() }
        let waiting = try row.blob("waiting")
        let devices = stride(from: 0, to: min(waiting.count, Self.slice * DeviceUID.size), by: DeviceUID.size)
            .compactMap { DeviceUID(Array(waiting[$0..<$0 + DeviceUID.size])) }
        guard !devices.isEmpty else { return LaunchStep() }
        // A task that was deleted meanwhile begins nowhere else.
        let found = try? task(row.text("task_name"))
        var started: [StartedRun] = []
        for device in devices {
            guard let (object, spec) = found else { break }
            do { started.append(try start(object, spec, on: device, of: launch)) } catch is CoreError {
                // Gone or revoked since it was chosen; counted as left out.
                continue
            }
        }
        try transaction.execute(
            "UPDATE launches SET waiting = $2, left_out = left_out + $3 WHERE launch_id = $1",
            [
                .blob(launch.bytes), .blob(Array(waiting.dropFirst(devices.count * DeviceUID.size))),
                .integer(Int64(devices.count - started.count)),
            ])
        return LaunchStep(runs: started, moment: moment, isLast: devices.count * DeviceUID.size == waiting.count)
    }

    private func task(_ name: String) throws -> (DeclaredObject, TaskSpec) {
        guard let task = try DeclaredState.find(.task, name: name, in: transaction),
            case .task(let spec) = try task.spec()
        else { throw CoreError(.notFound, "no Task \"\(name)\" (martlet get tasks)") }
        return (task, spec)
    }

    /// `few`: of these at least; nil for all.
    private func devicesInScope(_ scope: TaskScope, among few: [DeviceUID]?) throws -> Set<DeviceUID> {
        switch scope {
        case .devices(let names): return Set(try names.flatMap { try DeviceLookup.matches($0, in: transaction) })
        case .group(let group, let labels):
            return try DeviceSelection.devices(
                below: GroupPath.name(of: group), labels: labels, activeAgents: true, among: few, in: transaction)
        }
    }

    private func start(
        _ task: DeclaredObject, _ spec: TaskSpec, on device: DeviceUID, of launch: Identifier
    ) throws -> StartedRun {
        let run = RunID.make(now: now)
        var action = WireRunTask()
        action.runID = Data(run.bytes)
        action.taskUid = Data(task.uid.bytes)
        action.taskName = task.name
        action.application = spec.application
        action.task = spec.task
        action.parameters = Data(CanonicalJSON.encode(spec.parameters))
        action.timeLimitSeconds = UInt32(clamping: spec.timeLimit ?? 0)
        let orders = OrderWriter(identity: identity, now: now, transaction: transaction)
        let order = try orders.queue(
            .runTask, for: device, subject: "\(run)", action: .runTask(action), isAudited: false)
        try transaction.execute(
            """
            INSERT INTO runs (run_id, device_uid, task_uid, task_name, application, task, parameters, run_trigger, state,
                percent, message, result, operator, created_at, updated_at, revision,
                launch_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 'operator', 1, 0, '', '{}', $8, $9, $9, 1, $10)
            """,
            [
                .blob(run.bytes), .blob(device.bytes), .blob(task.uid.bytes), .text(task.name), .text(spec.application),
                .text(spec.task), .text(CanonicalJSON.text(spec.parameters)), .text(identity.name), .integer(now),
                .blob(launch.bytes),
            ])
        return StartedRun(device: device, run: run, pending: order)
    }
}
