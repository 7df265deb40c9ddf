import ArgumentParser

/// `martlet set`
struct SetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Change one object.",
        discussion: """
            EXAMPLES
              martlet set device web-1 --keep-connection on
              martlet set secret postgresql-monitor --value-file password.txt
            """, subcommands: [SetDevice.self, SetSecret.self])
}
