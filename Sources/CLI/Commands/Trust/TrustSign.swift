import ArgumentParser
import DesiredState
import Foundation
import Manifests
import PluginPackage

/// `martlet trust sign`
struct TrustSign: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Make a TrustDocument manifest of a statement, signed.",
        discussion: """
            The statement, in YAML; certificates are files beside it, or PEM in place:
              serial: 1                       # higher than that of the statement before
              vendors:
                - name: Example
                  plugins: [com.example.*]
                  certificates: example.pem
              revoked: []                     # SHA-256 of signers' certificates that no longer count
              grants:
                com.example.cache: {units: [cache.service]}
              rootCertificates: new.pem       # authorities of servers, beside the one devices were installed with

            It replaces the statement before as a whole. The manifest is printed; apply it with martlet apply.

            EXAMPLES
              martlet trust sign -f trust.yaml --key root.key --certificate root.pem > signed.yaml
            """)

    @Option(name: [.customShort("f"), .long], help: "The statement.")
    var file: String

    @Option(help: "Private key in PEM of the offline root or of an operator; - for standard input.")
    var key: String

    @Option(help: "The key's certificate in PEM.")
    var certificate: String

    @Option(help: "Name of the manifest.")
    var name = "fleet"

    @Option(name: .shortAndLong, help: "How to print: json or yaml.")
    var output: OutputFormat = .yaml

    func run() throws {
        guard let bytes = FileManager.default.contents(atPath: file) else {
            throw CLIError(.invalidInput, "\(file) cannot be read")
        }
        let statement: TrustStatement
        do {
            let json = try YAMLDocument.parse(Array(bytes), file: file).json()
            statement = try TrustStatement(json: try withCertificates(json))
        } catch let error as CLIError {
            throw error
        } catch let error as TrustError {
            throw CLIError(.invalidInput, "\(file): \(error)")
        } catch {
            throw CLIError(.invalidInput, "\(error)")
        }
        let text = CanonicalJSON.text(statement.json)
        let signature = try SigningKey(key: key, certificate: certificate).sign(.bytes(Array(text.utf8)), of: file)
        let signed = SignedTrust(text: text, signature: signature)
        // A certificate that goes with another key signs nothing that anybody takes.
        let anchors = try SecretFile.contents(certificate, of: "certificate")
        do { _ = try signed.statement(signedBy: anchors) } catch {
            throw CLIError(.invalidInput, "\(certificate): \(error)")
        }
        let manifest: JSONValue = [
            "apiVersion": "martlet/v1", "kind": .string(ManifestKind.trustDocument.rawValue),
            "metadata": ["name": .string(name)], "spec": signed.json,
        ]
        Terminal.print(try output == .json ? Printer.pretty(manifest) : ManifestEncoder.yaml([manifest]))
    }

    /// Names of files replaced by what is in them.
    private func withCertificates(_ json: JSONValue) throws -> JSONValue {
        guard var members = json.objectValue else { return json }
        members["rootCertificates"] = try members["rootCertificates"].map(withContents)
        guard let vendors = members["vendors"]?.arrayValue else { return .object(members) }
        members["vendors"] = .array(
            try vendors.map { vendor in
                guard var fields = vendor.objectValue else { return vendor }
                fields["certificates"] = try fields["certificates"].map(withContents)
                return .object(fields)
            })
        return .object(members)
    }

    private func withContents(_ json: JSONValue) throws -> JSONValue {
        guard let path = json.stringValue, !path.contains("-----BEGIN") else { return json }
        let base = URL(filePath: file).deletingLastPathComponent()
        return .string(try SecretFile.contents(URL(filePath: path, relativeTo: base).path, of: "certificates"))
    }
}
