import ArgumentParser

/// `martlet trust`
struct TrustCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust", abstract: "Say whose plugins may run on devices, signed where no server can.",
        discussion: """
            Devices take it from no server's word: it is signed with the offline root's key, or with an operator's that
            devices were installed with (trust.operatorCertificates in agent.yaml).

            EXAMPLES
              martlet trust sign -f trust.yaml --key root.key --certificate root.pem > signed.yaml
              martlet apply -f signed.yaml
            """, subcommands: [TrustSign.self])
}
