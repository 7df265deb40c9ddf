import DesiredState
import ServerCore

/// How far devices are with a policy or a task.
enum DeploymentSchemas {
    static let components: [String: JSONValue] = ["DeployedDevice": device]

    static let counts = Schema.object([
        "concerned": Schema.count, "applied": Schema.count, "pending": Schema.count, "failed": Schema.count,
    ])

    private static let device = Schema.object(
        [
            "device": Schema.uid, "hostname": Schema.text, "group": Schema.name,
            "state": Schema.choice(DeploymentState.allCases.map(\.rawValue)), "reason": Schema.text,
            "reported": Schema.time, "lastSeen": Schema.time,
        ], required: ["device", "hostname", "group", "state"])
}
