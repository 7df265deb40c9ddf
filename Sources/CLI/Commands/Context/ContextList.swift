import ArgumentParser
import DesiredState

/// `martlet context list`
struct ContextList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the contexts (never their tokens).",
        discussion: """
            EXAMPLES
              martlet context list -o json
            """)

    @Option(name: .shortAndLong, help: "How to print: table, json or yaml.")
    var output: OutputFormat = .table

    func run() throws {
        let configuration = try ClientConfiguration.load(from: ClientConfiguration.path())
        let items = configuration.contexts.sorted { $0.key < $1.key }.map { name, context -> JSONValue in
            [
                "name": .string(name), "server": .string(context.server),
                "current": .bool(name == configuration.currentContext),
                "rootCertificate": context.rootCertificate.map { .string($0) } ?? .null,
            ]
        }
        let table = Table(columns: [
            .init("NAME", path: "name"), .init("CURRENT", path: "current"), .init("SERVER", path: "server"),
            .init("ROOT CERTIFICATE", path: "rootCertificate"),
        ])
        try Printer(format: output).list(items, as: table)
    }
}
