import ArgumentParser
import NIOHTTP1

/// `martlet explain policy`
struct ExplainPolicy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Show every setting of an application on a device: where it comes from, who locks it.",
        discussion: """
            What the device decides itself (profiles, its user's changes) is shown as it last reported it.

            EXAMPLES
              martlet explain policy web-1 martlet.clamav
              martlet explain policy 0192f3 martlet.linux -o json
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Uid, the beginning of a uid, or host name.")
    var device: String

    @Argument(help: "The application's id.")
    var application: String

    func run() async throws {
        let object = try await APIClient.with(options) { client in
            try await client.request(.GET, ["devices", device, "policies", application])
        }
        try options.printer.object(object, text: ExplanationText.make)
    }
}
