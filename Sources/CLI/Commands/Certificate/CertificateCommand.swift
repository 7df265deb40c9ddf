import ArgumentParser

/// `martlet certificate`
struct CertificateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certificate", abstract: "Issue certificates to OpAMP clients that are not Martlet's agent.",
        discussion: """
            EXAMPLES
              martlet certificate issue --csr collector.csr --name collector-1 --group edge > collector.pem
            """, subcommands: [CertificateIssue.self])
}
