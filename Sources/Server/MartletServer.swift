import ArgumentParser

@main
struct MartletServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet-server",
        abstract: "The administration server of a fleet.",
        discussion: """
            EXAMPLES
              martlet-server init --name martlet.example.com    make keys, store and the first operator's token
              martlet-server run                                work (what the systemd unit starts)
              martlet-server device revoke web1                 shut a device out, at once
            """,
        version: "0.1.0",
        subcommands: [InitCommand.self, RunCommand.self, DeviceCommand.self])
}
