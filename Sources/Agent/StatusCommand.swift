import AgentCore
import ArgumentParser
import DesiredState

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "How the running agent fares.",
        discussion: "Asks the agent over its socket: what an administrator runs first when something is wrong.")

    @OptionGroup var options: AgentOptions

    @Option(name: [.customShort("o"), .customLong("output")], help: "text or json.")
    var output = "text"

    func validate() throws {
        guard ["text", "json"].contains(output) else {
            throw ValidationError("--output: expected text or json, got \(output)")
        }
    }

    func run() async throws {
        let configuration = try options.load()
        do {
            let answer = try StatusClient.ask("status", socket: configuration.socket)
            print(output == "json" ? CanonicalJSON.text(answer) : StatusText.describe(answer))
        } catch {
            Failure.say("\(error)")
            throw ExitCode(7)
        }
    }
}
