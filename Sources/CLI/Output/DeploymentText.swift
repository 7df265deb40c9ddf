import DesiredState

/// How far the devices are that a policy or a task concerns, for people.
enum DeploymentText {
    /// `failed` and `pending` are the first of each.
    static func make(_ object: JSONValue, failed: [JSONValue], pending: [JSONValue]) -> String {
        func count(_ state: String) -> Int64 { object.value(at: ["status", "devices", state])?.integerValue ?? 0 }
        let head =
            "devices: \(count("concerned")) concerned, \(count("applied")) applied, \(count("pending")) pending, "
            + "\(count("failed")) failed"
        return
            ([head] + list("failed", failed, of: count("failed")) + list("pending", pending, of: count("pending")))
            .joined(separator: "\n")
    }

    private static func list(_ state: String, _ devices: [JSONValue], of total: Int64) -> [String] {
        guard !devices.isEmpty else { return [] }
        let rows = devices.map { device in
            [
                "  " + Terminal.escaped(device.text(at: "hostname") ?? device.text(at: "device") ?? "?"),
                device.text(at: "group") ?? "?",
                Terminal.escaped(device.text(at: "reason") ?? "no reason given")
                    + (device.text(at: "lastSeen").map { "; last seen \($0)" } ?? "; never seen"),
            ]
        }
        // The counts and the lists are two looks at a fleet that goes on.
        let more = total - Int64(devices.count)
        return ["\(state):", Table.align(rows)] + (more > 0 ? ["  and \(more) more"] : [])
    }
}
