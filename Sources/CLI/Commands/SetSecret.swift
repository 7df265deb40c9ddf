import ArgumentParser
import DesiredState
import Manifests
import NIOHTTP1

/// `martlet set secret`
struct SetSecret: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret", abstract: "Give a secret a value.",
        discussion: """
            The secret is declared by a manifest, which may leave the value out, so that files in version control hold none.
            A line feed at the end of the file is not part of the value. Nobody can read the value back; devices get it
            sealed to their own key, and the application's settings are applied again.

            EXAMPLES
              martlet set secret postgresql-monitor --value-file password.txt
              pwgen -s 32 1 | martlet set secret postgresql-monitor --value-file -
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The secret's name.")
    var name: String

    @Option(help: "File with the value, or - for standard input.")
    var valueFile: String

    @Option(help: "How many devices may be concerned, where the server asks.")
    var confirmDevices: Int?

    func run() async throws {
        let value = try Self.value(of: try SecretFile.contents(valueFile, of: "value"), from: valueFile)
        let object = try await APIClient.with(options) { client in
            try await client.request(
                .PATCH, ["secrets", name], query: [("confirmDevices", confirmDevices.map { String($0) })],
                body: ["spec": ["value": .string(value)]])
        }
        try options.printer.object(object) { _ in "\(name): changed" }
    }

    static func value(of text: String, from file: String) throws(CLIError) -> String {
        // Of a file with CR LF the carriage return is no part of it either; together they are one Character.
        let value = text.last == "\n" || text.last == "\r\n" ? String(text.dropLast()) : text
        guard (1...SecretSpec.longestValue).contains(value.utf8.count) else {
            throw CLIError(
                .invalidInput,
                "\(file): expected a value of 1 to \(SecretSpec.longestValue) bytes, got \(value.utf8.count)")
        }
        return value
    }
}
