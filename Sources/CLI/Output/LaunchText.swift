import DesiredState

/// How far the runs of a launch are, for people.
enum LaunchText {
    private static let states = ["pending", "running", "succeeded", "failed", "cancelled", "timed out", "lost"]

    private static func count(_ launch: JSONValue, _ state: String) -> Int64 {
        launch.value(at: ["status", "runs", state])?.integerValue ?? 0
    }

    /// `3 pending, 1 running, 96 succeeded of 100`.
    static func progress(_ launch: JSONValue) -> String {
        let waiting = launch.value(at: ["status", "waiting"])?.integerValue ?? 0
        let leftOut = launch.value(at: ["status", "leftOut"])?.integerValue ?? 0
        var parts = states.compactMap { state in
            let count = count(launch, state) + (state == "pending" ? waiting : 0)
            return count > 0 ? "\(count) \(state)" : nil
        }
        if leftOut > 0 { parts.append("\(leftOut) left out") }
        return parts.joined(separator: ", ") + " of \(launch.value(at: ["spec", "devices"])?.integerValue ?? 0)"
    }

    static func hasFailed(_ launch: JSONValue) -> Bool {
        count(launch, "succeeded") != launch.value(at: ["spec", "devices"])?.integerValue
    }

    static func summary(_ launch: JSONValue) -> String {
        guard hasFailed(launch), let id = launch.text(at: "metadata", "name") else { return progress(launch) }
        return progress(launch) + "\nmartlet get runs --launch \(id) --state failed"
    }
}
