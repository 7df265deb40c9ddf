import DesiredState

/// What is typed on the workbench. Pure.
enum DevCommand: Equatable {
    case state, statistics, settings, cancel, reload, quit, help
    case apply(JSONValue)
    case control(String)
    case run(String, JSONValue, waits: Bool)

    static let usage = [
        "state | statistics | settings    what they are now",
        "apply JSON | apply @FILE         settings, with the manifest's defaults beneath",
        "run TASK [JSON]                  a task to its end",
        "begin TASK [JSON]                a task, without waiting for it",
        "cancel                           every run that is under way",
        "start | stop | restart           the application",
        "reload                           build again and start anew",
        "quit",
    ]

    /// Nil for a line with nothing in it.
    static func parse(_ line: String) throws(CLIError) -> DevCommand? {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        guard let verb = words.first else { return nil }
        let rest = words.count > 1 ? words[1] : ""
        switch verb {
        case "apply": return .apply(try JSONArgument.parse(rest, of: "apply"))
        case "run", "begin":
            let (name, parameters) = try task(rest.split(separator: " ", maxSplits: 1).map(String.init))
            return .run(name, parameters, waits: verb == "run")
        case "start", "stop", "restart": return .control(verb)
        default: return try simple(verb)
        }
    }

    private static func simple(_ verb: String) throws(CLIError) -> DevCommand {
        switch verb {
        case "state": return .state
        case "statistics": return .statistics
        case "settings": return .settings
        case "cancel": return .cancel
        case "reload": return .reload
        case "quit", "exit": return .quit
        case "help", "?": return .help
        default: throw CLIError(.usage, "\(verb): expected one of\n  \(usage.joined(separator: "\n  "))")
        }
    }

    /// A task's name, and its parameters when there are any.
    static func task(_ parts: [String]) throws(CLIError) -> (String, JSONValue) {
        guard let name = parts.first else { throw CLIError(.usage, "run: expected the name of a task") }
        return (name, parts.count > 1 ? try JSONArgument.parse(parts[1], of: name) : .object([:]))
    }
}
