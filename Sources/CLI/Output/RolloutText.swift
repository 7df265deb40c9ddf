import DesiredState

/// A rollout in words.
enum RolloutText {
    static let devices = Table(columns: [
        .init("DEVICE", path: "hostname"), .init("STATUS", path: "status"), .init("HAS", path: "version"),
        .init("REASON", path: "reason"),
    ])

    static func text(_ rollout: JSONValue) -> String {
        let counts = rollout["counts"]?.objectValue ?? [:]
        let numbers = counts.keys.sorted().map { "\(counts[$0]?.integerValue ?? 0) \($0)" }.joined(separator: ", ")
        var lines = [
            "\(rollout.text(at: "application") ?? "") \(rollout.text(at: "version") ?? ""), "
                + "for \(rollout["percent"]?.integerValue ?? 0) % of the devices: \(numbers.isEmpty ? "none yet" : numbers)"
        ]
        if rollout["paused"] == true { lines.append("paused: devices that have not begun do not begin") }
        if let reason = rollout.text(at: "haltReason") {
            lines.append(
                "halted at \(rollout.text(at: "halted") ?? ""): \(Terminal.escaped(reason)); change it to go on")
        }
        let items = rollout["devices"]?.arrayValue ?? []
        return (lines + (items.isEmpty ? [] : ["", devices.text(items)])).joined(separator: "\n")
    }
}
