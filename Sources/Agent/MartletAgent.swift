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
            """,
        version: AgentVersion.current,
        subcommands: [EnrollCommand.self, RunCommand.self, StatusCommand.self])
}
