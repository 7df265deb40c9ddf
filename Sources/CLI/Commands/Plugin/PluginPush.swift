import ArgumentParser
import DesiredState
import Foundation
import NIOHTTP1
import PluginPackage

/// `martlet plugin push`
struct PluginPush: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push", abstract: "Bring a signed package to the server.",
        discussion: """
            The server takes it if the TrustDocument that was applied trusts its vendor. Deploy it with a PluginPackage:
              kind: PluginPackage
              metadata: {name: greeter}
              spec: {application: com.example.greeter, version: "1.0.0", group: root/servers, rollout: {percent: 10}}

            EXAMPLES
              martlet plugin push com.example.greeter-1.0.0.mpkg
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The package.")
    var package: String

    @Option(help: "The signature. (default: the package's name with .p7s)")
    var signature: String?

    func run() async throws {
        let reader: PackageReader
        do { reader = try PackageReader(package) } catch { throw CLIError(.invalidInput, "\(error)") }
        let signaturePath = signature ?? package + ".p7s"
        guard let signature = FileManager.default.contents(atPath: signaturePath) else {
            throw CLIError(.invalidInput, "\(signaturePath) cannot be read: martlet plugin sign makes it")
        }
        guard let bytes = FileManager.default.contents(atPath: package) else {
            throw CLIError(.invalidInput, "\(package) cannot be read")
        }
        let digest = Digest.hex(Digest.sha256(Array(bytes)))
        let object = try await APIClient.with(options) { client in
            Terminal.say("\(reader.index.id) \(reader.index.version): \(bytes.count) bytes")
            _ = try await client.send(
                .PUT, ["packages", digest], body: Array(bytes), contentType: "application/octet-stream")
            return try await client.send(
                .PUT, ["packages", digest, "signature"], body: Array(signature), contentType: "application/octet-stream"
            )
        }
        try options.printer.object(object) { _ in
            "\(reader.index.id) \(reader.index.version) pushed, signed by \(Terminal.escaped(object.text(at: "signer") ?? "-"))"
        }
    }
}
