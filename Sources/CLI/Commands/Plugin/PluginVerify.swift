import ArgumentParser
import DesiredState
import Foundation
import PluginPackage

/// `martlet plugin verify`
struct PluginVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check a package, its checksums and its signature, as a device would.",
        discussion: """
            EXAMPLES
              martlet plugin verify com.example.greeter-1.0.0.mpkg --trusted vendor-root.pem
            """)

    @Argument(help: "The package.")
    var package: String

    @Option(help: "PEM file of the vendor's certificates: those that sign, or who issues them.")
    var trusted: String

    @Option(help: "The signature. (default: the package's name with .p7s)")
    var signature: String?

    @Option(name: .shortAndLong, help: "How to print: table, json or yaml.")
    var output: OutputFormat = .table

    func run() throws {
        let reader: PackageReader
        do { reader = try PackageReader(package) } catch { throw CLIError(.invalidInput, "\(error)") }
        let signaturePath = signature ?? package + ".p7s"
        guard let bytes = FileManager.default.contents(atPath: signaturePath) else {
            throw CLIError(.notFound, "\(signaturePath) cannot be read: martlet plugin sign makes it")
        }
        let certificates = try SecretFile.contents(trusted, of: "certificates")
        let now = Int64(Date().timeIntervalSince1970 * 1_000_000)
        switch DetachedSignature.verify(.file(package), Array(bytes), by: .codeSigning(certificates), at: now) {
        case .bad(let signer, let reason):
            let who = signer.subject.isEmpty ? "" : " (signed by \(signer.subject))"
            throw CLIError(.invalidInput, "\(package): \(reason)\(who)")
        case .good(let signer):
            let description: JSONValue = [
                "id": .string(reader.index.id), "version": .string(reader.index.version),
                "architectures": .array(reader.architectures.map { .string($0.rawValue) }),
                "signer": .string(signer.subject), "fingerprint": .string(Digest.hex(signer.fingerprint)),
            ]
            try Printer(format: output).object(description) { _ in
                """
                \(reader.index.id) \(reader.index.version) for \(reader.architectures.map(\.rawValue).joined(separator: ", "))
                signed by \(Terminal.escaped(signer.subject)), SHA-256 of the certificate \(Digest.hex(signer.fingerprint))
                """
            }
        }
    }
}
