import ArgumentParser
import NIOHTTP1

/// `martlet schema`
struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of manifests, for editors.",
        discussion: """
            It has the settings and tasks of the applications that the server knows. An editor with a YAML language server
            completes and checks a manifest that begins with
              # yaml-language-server: $schema=martlet.schema.json

            EXAMPLES
              martlet schema > martlet.schema.json
            """)

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let schema = try await APIClient.with(options) { try await $0.request(.GET, ["schemas", "manifest"]) }
        Terminal.print(try Printer.pretty(schema))
    }
}
