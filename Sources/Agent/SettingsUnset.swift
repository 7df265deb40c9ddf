import ArgumentParser
import DesiredState

/// `martlet-agent settings unset`
struct SettingsUnset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unset", abstract: "Take back what was changed on this device, at a place and below it.")

    @OptionGroup var options: AgentOptions

    @OptionGroup var output: SettingsOutput

    @Argument(help: "The application's id.")
    var application: String

    @Argument(help: "A JSON pointer, like /thresholds/diskPercent; empty for everything.")
    var path: String

    func run() async throws {
        try output.ask(
            options, ["ask": "settings.unset", "application": .string(application), "path": .string(path)])
    }
}
