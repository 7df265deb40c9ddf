import DesiredState
import DeviceProtocol
import Manifests
import ServerCore

/// A device as REST shows it.
enum DeviceJSON {
    static func summary(_ device: DeviceRecord, condition: DeviceCondition?, now: Int64) -> JSONValue {
        var status = status(device, now: now)
        status["condition"] = condition.map(self.condition)
        return make(device, status: status)
    }

    static func details(_ details: DeviceDetails, now: Int64) -> JSONValue {
        var status = status(details.record, now: now)
        status["condition"] = condition(details.condition)
        status["syncInterval"] = .string(ManifestDuration.text(details.intents.syncInterval))
        status["keepConnection"] = .bool(details.intents.keepConnection)
        status["applications"] = .array(details.applications.map(application))
        status["configuration"] = configuration(details)
        status["effectiveConfiguration"] = details.record.effectiveConfig
        status["attributes"] = details.record.description
        return make(details.record, status: status)
    }

    private static func make(_ device: DeviceRecord, status: [String: JSONValue]) -> JSONValue {
        ObjectJSON.make(
            kind: ManifestKind.device.rawValue, name: "\(device.uid)", uid: "\(device.uid)", labels: device.labels,
            revision: device.revision, spec: device.specJSON, status: .object(status))
    }

    private static func status(_ device: DeviceRecord, now: Int64) -> [String: JSONValue] {
        let contact = device.contact
        let presence = DevicePresence(contact, standing: device.standing, now: now)
        let fields = JSONValue.object(
            fields: [
                "hostname": .string(device.hostname), "group": .string(device.group),
                "placement": pair(
                    "by", .string(device.placement.rawValue), "because",
                    .text(device.placementReason.isEmpty ? nil : device.placementReason)),
                "os": device.description["os.description"] ?? device.description["os.type"],
                "protocol": .string(device.isStranger ? "opamp" : "martlet"),
                "instanceUid": .hex(device.instanceUID),
                "agentVersion": device.description["service.version"], "presence": .string(presence.name),
                "since": .time(since(presence)), "mode": .string(contact.mode), "lastSeen": .time(contact.lastSeen),
                "lastSeenReason": .text(contact.lastSeenReason), "nextSync": .time(contact.nextSync),
                "node": .text(contact.node), "connectedSince": .time(contact.connectedSince),
                "disconnected": pair("at", .time(contact.disconnectedAt), "reason", .text(contact.disconnectReason)),
                "off": pair("at", .time(contact.offAt), "reason", .text(contact.offReason)),
                "keepConnectionRefused": pair(
                    "reason", .text(contact.refusedReason), "until", .time(contact.refusedUntil)),
                "address": .text(device.address), "udpPort": .number(device.udpPort),
                "healthy": device.healthy.map { .bool($0) },
                "healthError": .text(device.healthError.flatMap { $0.isEmpty ? nil : $0 }),
                "wake": pair("at", .time(device.wakeAt), "report", .text(device.wakeReport)),
                "certificate": pair(
                    "serial", .text(device.certificateSerial), "notAfter", .time(device.certificateNotAfter)),
                "hold": hold(device.hold), "restored": .time(device.restoredAt),
                "serverAddress": pair(
                    "status", .text(device.connectionStatus), "error",
                    .text(device.connectionError.flatMap { $0.isEmpty ? nil : $0 })),
                "enrolled": .time(device.enrolledAt), "inventoryAt": .time(device.inventoryAt),
            ])
        return fields.objectValue ?? [:]
    }

    private static func condition(_ condition: DeviceCondition) -> JSONValue {
        .object([
            "level": .string(condition.level.name),
            "reasons": .array(
                condition.reasons.map { .object(["code": .string($0.code.rawValue), "text": .string($0.text)]) }),
        ])
    }

    private static func hold(_ hold: DeviceHold?) -> JSONValue? {
        hold.map {
            .object(
                fields: ["reason": .string($0.reason), "since": .time($0.since), "split": .bool($0.split)])
        }
    }

    private static func since(_ presence: DevicePresence) -> Int64? {
        switch presence {
        case .connected(let since), .silent(let since), .off(_, let since): since
        case .periodic, .new, .pending, .revoked: nil
        }
    }

    /// nil when the first is.
    private static func pair(_ a: String, _ first: JSONValue?, _ b: String, _ second: JSONValue?) -> JSONValue? {
        guard let first else { return nil }
        var members = [a: first]
        members[b] = second
        return .object(members)
    }

    private static func application(_ state: ApplicationState) -> JSONValue {
        .object(
            fields: [
                "application": .string(state.application),
                "instance": state.instance.isEmpty ? nil : .string(state.instance),
                "healthy": .bool(state.healthy), "status": .string(state.status),
                "error": state.lastError.isEmpty ? nil : .string(state.lastError), "details": state.attributes,
                "started": .time(state.startedAt), "changed": .time(state.statusAt),
                "reported": .time(state.reportedAt),
            ])
    }

    private static func configuration(_ details: DeviceDetails) -> JSONValue {
        let device = details.record
        return .object(
            fields: [
                "desiredHash": .hex(device.documentHash), "reportedHash": .hex(device.reportedHash),
                "inSync": .bool(device.isInSync),
                "status": .text(device.reportedStatus),
                "error": device.reportedError.flatMap { $0.isEmpty ? nil : .string($0) },
                "entries": .array(
                    details.entries.map { entry in
                        .object(
                            fields: [
                                "entry": .string(entry.entry), "hash": .hex(entry.hash),
                                "status": .string(entry.status),
                                "reason": entry.reason.isEmpty ? nil : .string(entry.reason),
                                "at": .time(entry.reportedAt),
                            ])
                    }),
            ])
    }
}
