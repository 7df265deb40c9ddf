import DesiredState

/// A run's progress, for the person who waits.
enum RunProgress {
    /// `name` is what the device is called; its uid when there is none.
    static func text(_ run: JSONValue, name: String? = nil) -> String {
        let state = run.text(at: "status", "state") ?? "?"
        let device = Terminal.escaped(name ?? run.text(at: "spec", "device") ?? "?")
        let percent = run.value(at: ["status", "percent"])?.integerValue ?? 0
        let message = run.text(at: "status", "message") ?? run.text(at: "status", "note") ?? ""
        return
            "\(device)  \(state)\(state == "running" ? " \(percent) %" : "")\(message.isEmpty ? "" : "  " + Terminal.escaped(message))"
    }

    static func say(_ run: JSONValue, name: String?) { Terminal.say(text(run, name: name)) }
}
