import DesiredState

/// A run's progress, for the person who waits.
enum RunProgress {
    static func text(_ run: JSONValue) -> String {
        let state = run.text(at: "status", "state") ?? "?"
        let device = run.text(at: "spec", "device").map { String($0.suffix(12)) } ?? "?"
        let percent = run.value(at: ["status", "percent"])?.integerValue ?? 0
        let message = run.text(at: "status", "message") ?? run.text(at: "status", "note") ?? ""
        return
            "\(device)  \(state)\(state == "running" ? " \(percent) %" : "")\(message.isEmpty ? "" : "  " + Terminal.escaped(message))"
    }

    static func say(_ run: JSONValue) { Terminal.say(text(run)) }
}
