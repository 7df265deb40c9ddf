import ArgumentParser

/// `martlet app`
struct App: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "app", abstract: "Start, stop or restart an application on a device.",
        discussion: """
            EXAMPLES
              martlet app restart martlet.clamav --device web-1 --wait
            """, subcommands: [AppStart.self, AppStop.self, AppRestart.self])
}
