import ArgumentParser

/// `martlet app start`
struct AppStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Start an application.",
        discussion: """
            EXAMPLES
              martlet app start martlet.clamav --device web-1 --wait
            """)

    @OptionGroup var control: AppControl

    func run() async throws { try await control.perform("start") }
}
