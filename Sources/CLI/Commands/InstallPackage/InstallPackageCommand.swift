import ArgumentParser

/// `martlet install-package`
struct InstallPackageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install-package", abstract: "Make packages that set up devices.",
        discussion: """
            EXAMPLES
              martlet install-package create --address martlet.example.com --group servers
            """, subcommands: [InstallPackageCreate.self])
}
