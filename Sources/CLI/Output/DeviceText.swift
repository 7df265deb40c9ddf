import DesiredState

/// `describe device`: everything that is known, for a person.
enum DeviceText {
    static func make(_ device: JSONValue) -> String {
        var lines = Table.align(facts(device))
        let reasons = reasons(device)
        if !reasons.isEmpty { lines += section("REASONS", reasons) }
        lines += section("APPLICATIONS", applications(device))
        lines += section("CONFIGURATION", configuration(device))
        return lines
    }

    private static func facts(_ device: JSONValue) -> [[String]] {
        let fields: [(String, [String])] = [
            ("Uid", ["metadata", "uid"]), ("Host name", ["status", "hostname"]), ("System", ["status", "os"]),
            ("Agent", ["status", "agentVersion"]), ("Protocol", ["status", "protocol"]),
            ("Instance", ["status", "instanceUid"]), ("Group", ["status", "group"]),
            ("Placed by", ["status", "placement", "by"]), ("Placed because", ["status", "placement", "because"]),
            ("Status", ["status", "condition", "level"]), ("State", ["status", "presence"]),
            ("Since", ["status", "since"]), ("Mode", ["status", "mode"]), ("Last seen", ["status", "lastSeen"]),
            ("Because of", ["status", "lastSeenReason"]), ("Next sync", ["status", "nextSync"]),
            ("Sync interval", ["status", "syncInterval"]), ("Keep connection", ["status", "keepConnection"]),
            ("Refused because", ["status", "keepConnectionRefused", "reason"]),
            ("Refused until", ["status", "keepConnectionRefused", "until"]),
            ("Off because", ["status", "off", "reason"]), ("Held because", ["status", "hold", "reason"]),
            ("Held since", ["status", "hold", "since"]), ("Restored from a snapshot", ["status", "restored"]),
            ("Offered address", ["status", "serverAddress", "status"]),
            ("Offered address failed", ["status", "serverAddress", "error"]),
            ("Disconnected", ["status", "disconnected", "reason"]), ("Address", ["status", "address"]),
            ("Wake port", ["status", "udpPort"]), ("Last wake", ["status", "wake", "report"]),
            ("Certificate until", ["status", "certificate", "notAfter"]),
            ("Software as of", ["status", "inventoryAt"]),
        ]
        return fields.compactMap { title, path in
            device.text(at: path).map { [title + ":", Terminal.escaped($0)] }
        }
    }

    /// Why it is not ok, the worst first.
    private static func reasons(_ device: JSONValue) -> [[String]] {
        (device.value(at: ["status", "condition", "reasons"])?.arrayValue ?? []).map { reason in
            [reason.text(at: "code") ?? "-", reason.text(at: "text") ?? ""].map(Terminal.escaped)
        }
    }

    private static func applications(_ device: JSONValue) -> [[String]] {
        (device.value(at: ["status", "applications"])?.arrayValue ?? []).map { state in
            let name = [state.text(at: "application"), state.text(at: "instance")].compactMap(\.self).joined(
                separator: "#")
            let health = state["healthy"] == .bool(true) ? "healthy" : "unhealthy"
            let details = state.text(at: "error") ?? state["details"].map(flat) ?? ""
            return [name, health, state.text(at: "status") ?? "-", details].map(Terminal.escaped)
        }
    }

    /// `version=1.4.6, details.configuration=/etc/clamav/clamd.conf`
    private static func flat(_ details: JSONValue) -> String { pairs(details, "").joined(separator: ", ") }

    private static func pairs(_ value: JSONValue, _ path: String) -> [String] {
        guard let members = value.objectValue else {
            return ["\(path)=\(value.stringValue ?? CanonicalJSON.text(value))"]
        }
        return members.keys.sorted().flatMap { pairs(members[$0] ?? .null, path.isEmpty ? $0 : "\(path).\($0)") }
    }

    private static func configuration(_ device: JSONValue) -> [[String]] {
        (device.value(at: ["status", "configuration", "entries"])?.arrayValue ?? []).map { entry in
            [entry.text(at: "entry") ?? "-", entry.text(at: "status") ?? "-", entry.text(at: "reason") ?? ""].map(
                Terminal.escaped)
        }
    }

    private static func section(_ title: String, _ rows: [[String]]) -> String {
        "\n\n\(title)\n" + (rows.isEmpty ? "nothing reported" : Table.align(rows))
    }
}
