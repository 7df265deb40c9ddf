import ArgumentParser

/// `martlet app stop`
struct AppStop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Stop an application.",
        discussion: """
            EXAMPLES
              martlet app stop martlet.clamav --device web-1 --wait
            """)

    @OptionGroup var control: AppControl

    func run() async throws { try await control.perform("stop") }
}
