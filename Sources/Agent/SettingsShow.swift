import ArgumentParser
import DesiredState

/// `martlet-agent settings show`
struct SettingsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "What is wanted of an application, who locks it, and what was changed here.")

    @OptionGroup var options: AgentOptions

    @OptionGroup var output: SettingsOutput

    @Argument(help: "The application's id.")
    var application: String

    func run() async throws {
        try output.ask(options, ["ask": "settings.show", "application": .string(application)])
    }
}
