import DesiredState
import DeviceProtocol
import ServerCore

/// A task run as REST shows it.
enum RunJSON {
    static func make(_ run: RunRecord) -> JSONValue {
        ObjectJSON.make(
            kind: "Run", name: "\(run.id)", uid: "\(run.id)", revision: run.revision,
            spec: .object(
                fields: [
                    "device": .string("\(run.device)"), "taskName": .string(run.taskName),
                    "application": .string(run.application), "task": .string(run.task), "parameters": run.parameters,
                    "trigger": .string(run.trigger), "attempt": .number(run.attempt),
                    "operator": .text(run.operatorName), "launch": .text(run.launch.map { "\($0)" }),
                ]),
            status: .object(
                fields: [
                    "state": .string(run.state.name), "final": .bool(run.state.isFinal),
                    "percent": .integer(run.percent),
                    "message": .string(run.message), "result": run.result, "note": .text(run.annotation),
                    "created": .time(run.createdAt), "started": .time(run.startedAt), "finished": .time(run.finishedAt),
                    "updated": .time(run.updatedAt),
                ]))
    }
}
