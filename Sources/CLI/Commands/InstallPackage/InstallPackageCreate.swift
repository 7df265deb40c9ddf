import ArgumentParser
import DesiredState
import Foundation
import Manifests
import NIOHTTP1

/// `martlet install-package create`
struct InstallPackageCreate: AsyncParsableCommand {
    /// Seconds for which a token in a package is valid.
    static let tokenLife: Int64 = 86_400
    static let usualFiles = "/usr/lib/martlet/agent-files"

    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a Debian package that sets up the agent: programs, plugins, address and root certificate.",
        discussion: """
            Each device joins with an enrolment token. Without --embed-token the host's owner puts one into
            /etc/martlet/enrollment.token (mode 0600). With it the package holds one for 24 hours and as many devices as
            --uses says; these wait until they are approved (martlet approve). Either is erased once it has served.

            EXAMPLES
              martlet install-package create --address martlet.example.com --group servers
              martlet install-package create --address 203.0.113.7:13001 --group edge --plugin martlet.linux --embed-token --uses 20
              apt install ./martlet-agent_0.1.0-1_amd64.deb
            """)

    @OptionGroup var options: GlobalOptions

    @Option(help: "Where devices reach the server: a name or address, with a port when it is not 13000.")
    var address: String

    @Option(help: "Group that its devices join.")
    var group: String

    @Option(help: "Folder with what is installed, as scripts/build-release makes it.")
    var files = InstallPackageCreate.usualFiles

    @Option(
        help:
            "A plugin to install: its id in FILES/plugins, or a folder with plugin.yaml; repeatable. (default: all in FILES)"
    )
    var plugin: [String] = []

    @Flag(help: "Install no plugin.")
    var noPlugins = false

    @Flag(help: "Put an enrolment token into the package, valid for 24 hours; its devices wait for approval.")
    var embedToken = false

    @Option(help: "How many devices may join with the token in the package.")
    var uses: Int?

    @Option(help: "Counts packages of the same agent version, so that a newer one is an upgrade.")
    var revision = 1

    @Flag(help: "Do not try whether the server answers at the address.")
    var unchecked = false

    @Option(help: "File to write. (default: martlet-agent_VERSION_ARCHITECTURE.deb here)")
    var file: String?

    func validate() throws {
        guard AgentAddress(address) != nil else {
            throw ValidationError("--address: expected \(AgentAddress.rule), got \(address)")
        }
        guard embedToken == (uses != nil) else {
            throw ValidationError(
                "expected --embed-token and --uses together: a token in a package is for a counted number")
        }
        if let uses, !SpecLimits.tokenUses.contains(Int64(uses)) {
            throw ValidationError("--uses: expected a number from 1 to 1000000, got \(uses)")
        }
        guard (1...1_000_000).contains(revision) else {
            throw ValidationError("--revision: expected a number from 1 to 1000000, got \(revision)")
        }
        guard plugin.isEmpty || !noPlugins else { throw ValidationError("expected either --plugin or --no-plugins") }
    }

    func run() async throws {
        guard let address = AgentAddress(address) else { return }
        let files = try AgentFiles(directory: URL(fileURLWithPath: files, isDirectory: true))
        let plugins = noPlugins ? [] : plugin.isEmpty ? try files.plugins() : try plugin.map(files.plugin)
        let answers = try await APIClient.with(options) { try await ask($0, address) }
        let package = InstallPackage(
            files: files, plugins: plugins, address: address,
            rootCertificate: answers.server.text(at: "rootCertificate") ?? "",
            trustDomain: answers.server.text(at: "trustDomain") ?? "", group: answers.group, revision: revision,
            token: answers.token?.text(at: "token"))
        let output = URL(fileURLWithPath: file ?? package.fileName)
        try await DebianBuilder.write(package, to: output, isSecret: package.token != nil)
        try options.printer.object(shown(package, output, token: answers.token?.text(at: "name"))) { text($0) }
    }

    /// What the server says; nothing is made before group and address are found to be right.
    private func ask(
        _ client: APIClient, _ address: AgentAddress
    ) async throws -> (server: JSONValue, group: String, token: JSONValue?) {
        let server = try await client.request(.GET, ["server"])
        let group = try await client.groupPath(group)
        if !unchecked {
            try await AddressCheck.run(
                address, rootCertificate: server.text(at: "rootCertificate") ?? "", timeout: client.timeout)
        }
        return (server, group, embedToken ? try await token(client) : nil)
    }

    private func token(_ client: APIClient) async throws -> JSONValue {
        let body: JSONValue = [
            "group": .string(group), "uses": .integer(Int64(uses ?? 1)),
            "expires": .string(ManifestDuration.text(Self.tokenLife)), "requireApproval": true,
        ]
        return try await APIProblem.namingOptions { try await client.request(.POST, ["tokens"], body: body) }
    }

    private func shown(_ package: InstallPackage, _ output: URL, token: String?) -> JSONValue {
        let size = (try? output.resourceValues(forKeys: [.fileSizeKey]))?.fileSize ?? 0
        var object: [String: JSONValue] = [
            "file": .string(output.path), "bytes": .integer(Int64(size)), "version": .string(package.version),
            "architecture": .string(package.files.architecture), "address": .string(package.address.text),
            "group": .string(package.group),
            "plugins": .array(package.plugins.map { ["id": .string($0.id), "version": .string($0.version)] }),
        ]
        object["token"] = token.map { .string($0) }
        return .object(object)
    }

    private func text(_ object: JSONValue) -> String {
        let plugins = (object["plugins"]?.arrayValue ?? []).map {
            "\($0.text(at: "id") ?? "") \($0.text(at: "version") ?? "")"
        }
        var rows = [
            ["File:", object.text(at: "file") ?? ""], ["Bytes:", object.text(at: "bytes") ?? ""],
            ["Version:", object.text(at: "version") ?? ""], ["Architecture:", object.text(at: "architecture") ?? ""],
            ["Address:", object.text(at: "address") ?? ""], ["Group:", object.text(at: "group") ?? ""],
            ["Plugins:", plugins.isEmpty ? "none" : plugins.joined(separator: ", ")],
        ]
        if let token = object.text(at: "token") {
            rows.append([
                "Token:", "\(token), for 24 hours and \(uses ?? 1) devices; approve them with martlet approve",
            ])
        } else {
            rows.append(["Token:", "none; each host needs one in /\(InstallPackage.tokenPath), mode 0600"])
        }
        return Table.align(rows)
    }
}
