import ArgumentParser

/// `martlet set`
struct SetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Change one object.",
        discussion: """
            EXAMPLES
              martlet set device web-1 --keep-connection on
            """, subcommands: [SetDevice.self])
}
