import ArgumentParser

/// `martlet context`
struct ContextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "context", abstract: "Remember servers and tokens.",
        discussion: """
            Contexts are kept in ~/.config/martlet/config.yaml ($MARTLET_CONFIG), readable by you only.

            EXAMPLES
              martlet context set home --server https://10.0.0.5:13299 --root-certificate root.pem --token-file token
              martlet context use home
            """, subcommands: [ContextSet.self, ContextUse.self, ContextList.self])
}
