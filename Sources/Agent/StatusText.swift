import DesiredState
import ServiceLog

/// The agent's status for people.
enum StatusText {
    static func describe(_ status: JSONValue) -> String {
        var lines = [
            row("Device", text(status["uid"])), row("Server", text(status["server"])),
            row("Mode", text(status["mode"]) + (status["connected"]?.boolValue == true ? ", connected" : "")),
            row("Last sync", time(status["lastSync"])), row("Next connection", time(status["nextConnection"])),
            row("Sync interval", "\(status["syncIntervalSeconds"]?.integerValue ?? 0) s"),
            row("Certificate until", seconds(status["certificateNotAfter"])),
            row("Wake port", "\(status["wakePort"]?.integerValue ?? 0)"),
            row(
                "Spool",
                "\(status["spool"]?["events"]?.integerValue ?? 0) events, \(status["spool"]?["bytes"]?.integerValue ?? 0) bytes"
            ),
        ]
        if let place = status["place"], place != .null { lines.insert(row("Group", describe(place: place)), at: 2) }
        if let error = status["lastError"]?.stringValue {
            lines.append(row("Last error", "\(error) (\(time(status["lastErrorTime"])))"))
        }
        if let hold = status["hold"]?.stringValue, !hold.isEmpty { lines.append(row("Held", hold)) }
        if let refused = status["keepConnectionRefused"]?.stringValue, !refused.isEmpty {
            lines.append(row("Keep connection", "refused: \(refused)"))
        }
        for plugin in status["plugins"]?.arrayValue ?? [] { lines += describe(plugin: plugin) }
        for entry in status["desiredState"]?.arrayValue ?? [] {
            let reason = text(entry["reason"])
            lines.append(
                row(
                    "Desired state",
                    "\(text(entry["name"])) \(text(entry["status"]))\(reason.isEmpty ? "" : ": \(reason)")"))
        }
        return lines.joined(separator: "\n")
    }

    private static func describe(place: JSONValue) -> String {
        let why =
            switch text(place["by"]) {
            case "rule": "a rule of the group, since \(text(place["because"]))"
            case "manual": "an operator put it there"
            default: "it enrolled there"
            }
        return "\(text(place["group"])) (\(why))"
    }

    private static func describe(plugin: JSONValue) -> [String] {
        let error = text(plugin["lastError"])
        let restarts = plugin["restarts"]?.integerValue ?? 0
        let user = plugin["user"]?.integerValue.map { ", uid \($0)" } ?? ""
        let head =
            "\(text(plugin["id"])) \(text(plugin["version"])): host \(text(plugin["host"]))\(user)"
            + (restarts > 0 ? ", \(restarts) restarts" : "") + (error.isEmpty ? "" : ", \(error)")
        let instances = (plugin["instances"]?.arrayValue ?? []).map {
            row("", "\(text($0["name"])): \(text($0["state"])) \(text($0["version"]))")
        }
        return [row("Plugin", head)] + instances
    }

    private static func row(_ name: String, _ value: String) -> String {
        name + String(repeating: " ", count: max(1, 18 - name.count)) + value
    }

    private static func text(_ value: JSONValue?) -> String { value?.stringValue ?? "" }
    private static func time(_ value: JSONValue?) -> String { value?.integerValue.map(Timestamp.text) ?? "never" }
    private static func seconds(_ value: JSONValue?) -> String {
        value?.integerValue.map { Timestamp.text($0 * 1_000_000) } ?? "unknown"
    }
}
