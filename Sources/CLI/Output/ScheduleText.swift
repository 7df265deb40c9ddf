import DesiredState

/// A task's schedule in a few words.
enum ScheduleText {
    static func make(_ schedule: JSONValue) -> String {
        for kind in ["every", "once", "cron"] {
            guard let text = schedule.text(at: kind) else { continue }
            return "\(kind) \(text)" + (schedule.text(at: "timeZone").map { " (\($0))" } ?? "")
        }
        if let type = schedule.text(at: "onEvent", "type") { return "on \(type)" }
        if let task = schedule.text(at: "afterTask", "task") {
            return "after \(task) \(schedule.text(at: "afterTask", "outcome") ?? "")"
        }
        return schedule["atStart"] == true ? "at start" : "manual"
    }
}
