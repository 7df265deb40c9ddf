import ArgumentParser

/// `martlet watch`
struct Watch: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Show things as they happen.",
        discussion: """
            EXAMPLES
              martlet watch events
            """, subcommands: [WatchEvents.self])
}
