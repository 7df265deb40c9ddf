import DesiredState
import ServerCore

/// Devices as lists and their own address show them.
enum DeviceSchemas {
    static let components: [String: JSONValue] = [
        "Device": ObjectSchemas.shown("Device", spec: SpecSchemas.device, status: status(summary)),
        "DeviceDetails": ObjectSchemas.shown(
            "Device", spec: SpecSchemas.device, status: status(summary.merging(details) { _, new in new })),
        "Readmission": ObjectSchemas.shown(
            "Readmission",
            status: Schema.object([
                "reason": Schema.choice(ReadmissionReason.allCases.map(\.rawValue)), "address": Schema.text,
                "serial": Schema.text, "notAfter": Schema.time, "first": Schema.time, "last": Schema.time,
            ])),
    ]

    private static func status(_ members: [String: JSONValue]) -> JSONValue {
        Schema.object(
            members,
            required: ["hostname", "group", "placement", "protocol", "presence", "condition", "mode", "enrolled"])
    }

    private static let presence = Schema.choice(["connected", "periodic", "silent", "off", "new", "pending", "revoked"])

    /// Codes are text, not a choice: more may come.
    private static let condition = Schema.object([
        "level": Schema.choice(ConditionLevel.allCases.map(\.name)),
        "reasons": Schema.list(of: Schema.object(["code": Schema.filled, "text": Schema.filled])),
    ])

    private static let summary: [String: JSONValue] = [
        "hostname": Schema.text, "group": Schema.name,
        "placement": pair("by", Schema.choice(DevicePlacement.allCases.map(\.rawValue)), "because", Schema.text),
        "os": Schema.text, "agentVersion": Schema.text, "presence": presence, "condition": condition,
        "protocol": Schema.choice(["martlet", "opamp"]), "instanceUid": Schema.hash,
        "since": Schema.time, "mode": Schema.text, "lastSeen": Schema.time, "lastSeenReason": Schema.text,
        "nextSync": Schema.time, "node": Schema.text, "connectedSince": Schema.time,
        "disconnected": pair("at", Schema.time, "reason", Schema.text),
        "off": pair("at", Schema.time, "reason", Schema.text),
        "keepConnectionRefused": pair("reason", Schema.text, "until", Schema.time),
        "address": Schema.text, "udpPort": Schema.integer(0...65_535), "healthy": Schema.bool,
        "healthError": Schema.text, "wake": pair("at", Schema.time, "report", Schema.text),
        "certificate": pair("serial", Schema.text, "notAfter", Schema.time),
        "hold": Schema.object(["reason": Schema.text, "since": Schema.time, "split": Schema.bool]),
        "restored": Schema.time, "serverAddress": pair("status", Schema.text, "error", Schema.text),
        "enrolled": Schema.time, "inventoryAt": Schema.time,
    ]

    private static let details: [String: JSONValue] = [
        "syncInterval": Schema.duration, "keepConnection": Schema.bool, "applications": Schema.list(of: application),
        "configuration": configuration, "effectiveConfiguration": [:], "attributes": Schema.anything,
    ]

    private static let application = Schema.object(
        [
            "application": Schema.text, "instance": Schema.text, "healthy": Schema.bool, "status": Schema.text,
            "error": Schema.text, "details": [:], "started": Schema.time, "changed": Schema.time,
            "reported": Schema.time,
        ], required: ["application", "healthy", "status"])

    private static let configuration = Schema.object(
        [
            "desiredHash": Schema.hash, "reportedHash": Schema.hash, "inSync": Schema.bool, "status": Schema.text,
            "error": Schema.text,
            "entries": Schema.list(
                of: Schema.object(
                    [
                        "entry": Schema.text, "hash": Schema.hash, "status": Schema.text, "reason": Schema.text,
                        "at": Schema.time,
                    ], required: ["entry", "status"])),
        ], required: ["inSync", "entries"])

    private static func pair(_ a: String, _ first: JSONValue, _ b: String, _ second: JSONValue) -> JSONValue {
        Schema.object([a: first, b: second], required: [a])
    }
}
