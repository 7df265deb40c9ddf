import DesiredState
import ServerCore

/// How far devices are with a policy or a task.
enum DeploymentJSON {
    static func counts(_ counts: DeploymentCounts) -> JSONValue {
        [
            "concerned": .integer(counts.concerned), "applied": .integer(counts.applied),
            "pending": .integer(counts.pending), "failed": .integer(counts.failed),
        ]
    }

    static func make(_ device: DeployedDevice) -> JSONValue {
        .object(
            fields: [
                "device": .string("\(device.device)"), "hostname": .string(device.hostname),
                "group": .string(device.group), "state": .string(device.state.rawValue), "reason": .text(device.reason),
                "reported": .time(device.reportedAt), "lastSeen": .time(device.lastSeen),
            ])
    }
}
