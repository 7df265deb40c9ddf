import ArgumentParser

/// `martlet explain`
struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Why something is as it is.",
        discussion: """
            EXAMPLES
              martlet explain policy web-1 martlet.clamav
            """, subcommands: [ExplainPolicy.self])
}
