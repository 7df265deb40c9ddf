/// What an overflow dropped, counted into one loss event.
struct EventLoss {
    private(set) var counts: [Int64: Int64] = [:]
    private(set) var from = Int64.max
    private(set) var to = Int64.min

    mutating func add(severity: Int64, time: Int64) {
        counts[severity, default: 0] += 1
        from = min(from, time)
        to = max(to, time)
    }

    var isEmpty: Bool { counts.isEmpty }
    var total: Int64 { counts.values.reduce(0, +) }

    /// For example "dropped 412 info and 3 warning events".
    var text: String {
        let names: [Int64: String] = [1: "info", 2: "warning", 3: "failure", 4: "critical"]
        let parts = counts.keys.sorted().map { "\(counts[$0] ?? 0) \(names[$0] ?? "other")" }
        return "dropped " + parts.joined(separator: " and ") + " events: the spool was full"
    }

    var data: String {
        let fields = counts.keys.sorted().map { "\"severity\($0)\":\(counts[$0] ?? 0)" }
        return "{" + (fields + ["\"from\":\(from)", "\"to\":\(to)", "\"total\":\(total)"]).joined(separator: ",") + "}"
    }
}
