import ArgumentParser
import Foundation
import PluginPackage

/// `martlet plugin sign`
struct PluginSign: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Sign a package with a code-signing certificate.",
        discussion: """
            The signature is CMS, detached, in DER, beside the package. Anybody can check it without Martlet:
              openssl cms -verify -binary -inform DER -purpose any -CAfile vendor-root.pem \\
                -in FILE.p7s -content FILE -out /dev/null

            EXAMPLES
              martlet plugin sign com.example.greeter-1.0.0.mpkg --key signing.key --certificate signing.pem
            """)

    @Argument(help: "The package.")
    var package: String

    @Option(help: "Private key in PEM, a file that only its owner may read; - for standard input.")
    var key: String

    @Option(help: "Certificate of the key in PEM, for code signing; certificates between it and its root behind it.")
    var certificate: String

    @Option(name: [.customShort("O"), .long], help: "Where to. (default: the package's name with .p7s)")
    var file: String?

    func run() throws {
        do { _ = try PackageReader(package) } catch { throw CLIError(.invalidInput, "\(error)") }
        let signature = try SigningKey(key: key, certificate: certificate).sign(.file(package), of: package)
        let certificates = try SecretFile.contents(certificate, of: "certificate")
        let verdict = DetachedSignature.verify(
            .file(package), signature, by: .codeSigning(certificates),
            at: Int64(Date().timeIntervalSince1970 * 1_000_000))
        if case .bad(_, let reason) = verdict {
            throw CLIError(.invalidInput, "\(certificate): nobody would take its signature: \(reason)")
        }
        let target = file ?? package + ".p7s"
        try Data(signature).write(to: URL(filePath: target), options: .atomic)
        Terminal.print(target)
    }
}
