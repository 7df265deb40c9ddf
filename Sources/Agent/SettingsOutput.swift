import AgentCore
import ArgumentParser
import DesiredState

/// Asks the running agent about settings and shows what it answers.
struct SettingsOutput: ParsableArguments {
    @Option(name: [.customShort("o"), .customLong("output")], help: "text or json.")
    var output = "text"

    func validate() throws {
        guard ["text", "json"].contains(output) else {
            throw ValidationError("--output: expected text or json, got \(output)")
        }
    }

    /// Ends with 7 when no agent answers, and with 5 when it refuses.
    func ask(_ options: AgentOptions, _ question: JSONValue) throws {
        let configuration = try options.load()
        let answer: JSONValue
        do { answer = try StatusClient.ask(question, socket: configuration.socket) } catch {
            Failure.say("\(error)")
            throw ExitCode(7)
        }
        if let refusal = answer["error"]?.stringValue {
            Failure.say(refusal)
            throw ExitCode(5)
        }
        print(output == "json" ? CanonicalJSON.text(answer) : Self.text(answer))
    }

    private static func text(_ answer: JSONValue) -> String {
        let rows = (answer["settings"]?.arrayValue ?? []).map { row in
            let notes = [
                row["local"].map { "wanted here: \(CanonicalJSON.text($0))" },
                row["lockedBy"]?.stringValue.map { "locked by \($0)" },
            ].compactMap(\.self)
            let setting = "\(row["path"]?.stringValue ?? "")  \(CanonicalJSON.text(row["value"] ?? .null))"
            return notes.isEmpty ? setting : "\(setting)  (\(notes.joined(separator: "; ")))"
        }
        return rows.joined(separator: "\n")
    }
}
