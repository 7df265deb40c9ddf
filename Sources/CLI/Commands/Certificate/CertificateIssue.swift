import ArgumentParser
import DesiredState
import Foundation
import NIOHTTP1

/// `martlet certificate issue`
struct CertificateIssue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue", abstract: "Issue a client certificate to an OpAMP client that cannot enrol by itself.",
        discussion: """
            Takes a certificate request (PKCS#10 in PEM, P-256) and prints the certificate with its chain on standard
            output. The private key stays where it was made. --name and --group make a device; --device gives one that
            was made this way another certificate, before the present one expires.

            EXAMPLES
              openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj / -keyout c.key -out c.csr
              martlet certificate issue --csr c.csr --name collector-1 --group edge > c.pem
              martlet certificate issue --csr c.csr --device collector-1 > c.pem
            """)

    @OptionGroup var options: GlobalOptions

    @Option(help: "File of the certificate request; - for standard input.")
    var csr: String

    @Option(help: "What the new device is called.")
    var name: String?

    @Option(help: "Group that the new device joins.")
    var group: String?

    @Option(help: "A device that has such a certificate: uid, the beginning of a uid, or name.")
    var device: String?

    func validate() throws {
        let makes = name != nil && group != nil && device == nil
        guard makes || (device != nil && name == nil && group == nil) else {
            throw ValidationError("expected either --name and --group (for a new device) or --device")
        }
    }

    func run() async throws {
        var body: [String: JSONValue] = ["csr": .string(try Self.read(csr))]
        body["name"] = name.map { .string($0) }
        body["group"] = group.map { .string($0) }
        body["device"] = device.map { .string($0) }
        let object = JSONValue.object(body)
        let answer = try await APIClient.with(options) { client in
            try await APIProblem.namingOptions { try await client.request(.POST, ["certificates"], body: object) }
        }
        Terminal.say("device \(answer.text(at: "device") ?? "-"), until \(answer.text(at: "notAfter") ?? "-")")
        try options.printer.object(answer) { object in
            let chain = object.text(at: "chain") ?? ""
            return chain.hasSuffix("\n") ? String(chain.dropLast()) : chain
        }
    }

    private static func read(_ path: String) throws(CLIError) -> String {
        let data =
            path == "-"
            ? try? FileHandle.standardInput.readToEnd() : FileManager.default.contents(atPath: path)
        guard let data else { throw CLIError(.invalidInput, "cannot read the certificate request from \(path)") }
        return String(decoding: data, as: UTF8.self)
    }
}
