import ArgumentParser
import Foundation

/// Options of every command; they may also stand before the verb.
struct GlobalOptions: ParsableArguments {
    @Option(name: .customLong("context"), help: "Context to use; the current one by default.")
    var contextName: String?

    @Option(help: "Server to use instead of the context's, like https://10.0.0.5:13299.")
    var server: String?

    @Option(help: "File with an operator token; - for standard input.")
    var tokenFile: String?

    @Option(help: "PEM file of the root certificate that the server's must chain to.")
    var rootCertificate: String?

    @Option(name: .shortAndLong, help: "How to print: table, json or yaml.")
    var output: OutputFormat = .table

    @Option(help: "How long to wait for the server, and for --wait.", transform: DurationArgument.parse)
    var timeout = DurationArgument(seconds: 30)

    private static let withValue: Set<String> = [
        "--context", "--server", "--token-file", "--root-certificate", "-o", "--output", "--timeout",
    ]

    /// `martlet -o json get devices` means `martlet get devices -o json`.
    static func movedBehindVerb(_ arguments: [String]) -> [String] {
        var rest = arguments[...]
        var moved: [String] = []
        while let first = rest.first {
            if withValue.contains(first), rest.count >= 2 {
                moved += rest.prefix(2)
                rest = rest.dropFirst(2)
            } else if let name = first.split(separator: "=").first, first.contains("="),
                withValue.contains(String(name))
            {
                moved.append(first)
                rest = rest.dropFirst()
            } else {
                break
            }
        }
        let end = rest.firstIndex(of: "--") ?? rest.endIndex
        return Array(rest[..<end]) + moved + Array(rest[end...])
    }

    var printer: Printer { Printer(format: output) }

    /// The context with what the options override.
    func resolved(path: String = ClientConfiguration.path()) throws(CLIError) -> ClientContext {
        let configuration = try ClientConfiguration.load(from: path)
        var context = ClientContext(server: "")
        if let name = contextName ?? configuration.currentContext {
            guard let known = configuration.contexts[name] else {
                throw CLIError(.notFound, "no context \"\(name)\" in \(path) (martlet context list)")
            }
            context = known
        }
        if let server { context.server = server }
        if let rootCertificate { context.rootCertificate = rootCertificate }
        if let tokenFile { context.token = try SecretFile.read(tokenFile) }
        guard !context.server.isEmpty else {
            throw CLIError(
                .usage,
                "no server: martlet context set NAME --server https://HOST:13299 --root-certificate FILE --token-file FILE"
            )
        }
        guard context.token != nil else {
            throw CLIError(.notAllowed, "no operator token: give --token-file, or store one with martlet context set")
        }
        return context
    }
}
