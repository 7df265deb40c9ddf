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

    func start(_ name: String, on devices: [DeviceUID]) throws -> [StartedRun] {
        guard let task = try DeclaredState.find(.task, name: name, in: transaction),
            case .task(let spec) = try task.spec()
        else { throw CoreError(.notFound, "no Task \"\(name)\" (martlet get tasks)") }
        let scope = try devicesInScope(spec.scope)
        if let stranger = devices.first(where: { !scope.contains($0) }) {
            throw CoreError(.conflict, "task \"\(name)\" does not concern device \(stranger): it is not in its scope")
        }
        let chosen = devices.isEmpty ? scope.sorted { "\($0)" < "\($1)" } : devices
        guard !chosen.isEmpty else { throw CoreError(.conflict, "task \"\(name)\" concerns no device") }
        guard chosen.count <= DeviceActions.mostDevices else {
            throw CoreError(
                .conflict,
                "task \"\(name)\" concerns \(chosen.count) devices; at most \(DeviceActions.mostDevices) at once")
        }
        return try chosen.map { try start(task, spec, on: $0) }
    }

    private func devicesInScope(_ scope: TaskScope) throws -> Set<DeviceUID> {
        switch scope {
        case .devices(let names): return Set(try names.flatMap { try DeviceLookup.matches($0, in: transaction) })
        case .group(let group, let labels):
            return try DeviceSelection.devices(
                below: GroupPath.name(of: group), labels: labels, activeAgents: true, in: transaction)
        }
    }

    private func start(_ task: DeclaredObject, _ spec: TaskSpec, on device: DeviceUID) throws -> StartedRun {
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
        let order = try orders.queue(.runTask, for: device, subject: "\(run)", action: .runTask(action))
        try transaction.execute(
            """
            INSERT INTO runs (run_id, device_uid, task_uid, task_name, application, task, parameters, run_trigger, state,
                percent, message, result, operator, created_at, updated_at, revision)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 'operator', 1, 0, '', '{}', $8, $9, $9, 1)
            """,
            [
                .blob(run.bytes), .blob(device.bytes), .blob(task.uid.bytes), .text(task.name), .text(spec.application),
                .text(spec.task), .text(CanonicalJSON.text(spec.parameters)), .text(identity.name), .integer(now),
            ])
        return StartedRun(device: device, run: run, order: order)
    }
}
