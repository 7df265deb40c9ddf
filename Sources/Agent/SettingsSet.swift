import ArgumentParser
import DesiredState

/// `martlet-agent settings set`
struct SettingsSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Change a setting on this device; refused where a policy locks it.")

    @OptionGroup var options: AgentOptions

    @OptionGroup var output: SettingsOutput

    @Argument(help: "The application's id.")
    var application: String

    @Argument(help: "A JSON pointer, like /thresholds/diskPercent.")
    var path: String

    @Argument(help: "JSON; what is no JSON is taken as text.")
    var value: String

    func run() async throws {
        let json = (try? JSONValue(parsing: value)) ?? .string(value)
        try output.ask(
            options,
            [
                "ask": "settings.set", "application": .string(application), "path": .string(path), "value": json,
            ])
    }
}
