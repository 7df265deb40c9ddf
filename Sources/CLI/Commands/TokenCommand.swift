import ArgumentParser

/// `martlet token`
struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make and revoke tokens with which devices and operators come in.",
        discussion: """
            EXAMPLES
              martlet token create --group servers --uses 10 --expires 7d
              martlet token revoke night-shift
            """, subcommands: [TokenCreate.self, TokenRevoke.self])
}
