import ArgumentParser

/// `martlet artifact`
struct ArtifactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "artifact", abstract: "Fetch what runs left at the server.",
        discussion: """
            EXAMPLES
              martlet get artifacts --run RUN
              martlet artifact download RUN diagnostics.tar.gz --file diagnostics.tar.gz
            """, subcommands: [ArtifactDownload.self])
}
