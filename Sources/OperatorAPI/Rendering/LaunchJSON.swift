import DesiredState
import DeviceProtocol
import ServerCore

/// A launch as REST shows it.
enum LaunchJSON {
    static func make(_ launch: LaunchRecord) -> JSONValue {
        let runs = RunState.allCases.map { ($0.name, JSONValue.integer(launch.runs[$0] ?? 0)) }
        return ObjectJSON.make(
            kind: "Launch", name: "\(launch.id)", uid: "\(launch.id)", revision: launch.revision,
            spec: .object(
                fields: [
                    "task": .string(launch.taskName), "operator": .string(launch.operatorName),
                    "devices": .integer(launch.devices),
                ]),
            status: .object(
                fields: [
                    "final": .bool(launch.isFinal), "waiting": .integer(launch.waiting),
                    "leftOut": .integer(launch.leftOut),
                    "runs": .object(Dictionary(uniqueKeysWithValues: runs)), "created": .time(launch.createdAt),
                    "stopped": .time(launch.stoppedAt),
                ]))
    }
}
