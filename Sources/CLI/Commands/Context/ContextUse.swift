import ArgumentParser

/// `martlet context use`
struct ContextUse: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "use", abstract: "Make a context the current one.",
        discussion: """
            EXAMPLES
              martlet context use home
            """)

    @Argument(help: "The context's name.")
    var name: String

    func run() throws {
        let path = ClientConfiguration.path()
        var configuration = try ClientConfiguration.load(from: path)
        guard configuration.contexts[name] != nil else {
            throw CLIError(.notFound, "no context \"\(name)\" in \(path) (martlet context list)")
        }
        configuration.currentContext = name
        try configuration.save(to: path)
    }
}
