import ArgumentParser
import Foundation

/// `martlet context set`
struct ContextSet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Make or change a context; the first one becomes the current one.",
        discussion: """
            EXAMPLES
              martlet context set home --server https://10.0.0.5:13299 --root-certificate root.pem --token-file token
            """)

    @Argument(help: "The context's name.")
    var name: String

    @Option(help: "Address, like https://10.0.0.5:13299.")
    var server: String?

    @Option(help: "File with an operator token; - for standard input. The token itself is stored.")
    var tokenFile: String?

    @Option(help: "PEM file of the root certificate; its path is stored.")
    var rootCertificate: String?

    func run() throws {
        let path = ClientConfiguration.path()
        var configuration = try ClientConfiguration.load(from: path)
        var context = configuration.contexts[name] ?? ClientContext(server: "")
        if let server { context.server = server }
        if let tokenFile { context.token = try SecretFile.read(tokenFile) }
        if let rootCertificate {
            guard FileManager.default.isReadableFile(atPath: rootCertificate) else {
                throw CLIError(.invalidInput, "cannot read the root certificate \(rootCertificate)")
            }
            context.rootCertificate = URL(filePath: rootCertificate).standardizedFileURL.path
        }
        guard context.server.hasPrefix("https://") else {
            throw CLIError(
                .usage, "--server: expected an address like https://10.0.0.5:13299, got \"\(context.server)\"")
        }
        configuration.contexts[name] = context
        if configuration.currentContext == nil { configuration.currentContext = name }
        try configuration.save(to: path)
        Terminal.say("context \(name): stored in \(path)")
        if let missing = Self.missing(context) { Terminal.say(missing) }
    }

    /// What the context still needs before it can be used; nil when it is whole.
    static func missing(_ context: ClientContext) -> String? {
        var parts: [String] = []
        if context.token == nil { parts.append("an operator token (--token-file FILE)") }
        if context.rootCertificate == nil { parts.append("the server's root certificate (--root-certificate FILE)") }
        return parts.isEmpty ? nil : "it has not got \(parts.joined(separator: " nor ")) yet"
    }
}
