import AgentCore
import ArgumentParser

@main
struct MartletAgent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet-agent",
        abstract: "Keeps this host in touch with its administration server.",
        discussion: """
            EXAMPLES
              martlet-agent enroll --token-file /root/token     join the server that agent.yaml names
              martlet-agent run                                 work (what the systemd unit starts)
              martlet-agent status                              is it well? mode, last and next sync, plugins
              martlet-agent settings show APPLICATION           what is wanted of it, who locks it; set and unset
            """,
        version: AgentVersion.current,
        subcommands: [
            EnrollCommand.self, RunCommand.self, StatusCommand.self, SettingsCommand.self, CarryOutCommand.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot(nil)
            // What may need root comes before anything that starts a thread: on this side of the first await.
            if let command = command as? RunCommand {
                let beginning = try command.begin()
                try await command.work(beginning)
            } else if let command = command as? EnrollCommand {
                guard let beginning = try command.begin() else { return }
                try await command.work(beginning)
            } else if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            // ArgumentParser says 64 for wrong usage; scripts rely on 2, as for every executable of ours.
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            Failure.print(fullMessage(for: error))
            exit(withError: ExitCode(2))
        }
    }
}
