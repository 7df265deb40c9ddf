import ArgumentParser

/// `martlet app restart`
struct AppRestart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart", abstract: "Restart an application.",
        discussion: """
            EXAMPLES
              martlet app restart martlet.clamav --device web-1 --wait
            """)

    @OptionGroup var control: AppControl

    func run() async throws { try await control.perform("restart") }
}
