import ArgumentParser
import DesiredState
import Manifests
import NIOHTTP1

/// `martlet token create`
struct TokenCreate: AsyncParsableCommand {
    enum Role: String, ExpressibleByArgument, CaseIterable {
        case read, operate, admin
    }

    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make an enrolment token (--group) or an operator's token (--role).",
        discussion: """
            The secret alone is printed on standard output, once; nobody can read it again. --name of a declared
            EnrollmentToken makes the secret of that one; options that contradict its manifest are refused.

            EXAMPLES
              martlet token create --group servers --uses 10 --expires 7d > token
              martlet token create --role operate --name night-shift
            """)

    @OptionGroup var options: GlobalOptions

    @Option(help: "Group that devices join with it.")
    var group: String?

    @Option(help: "How many devices may join with it; any number by default.")
    var uses: Int?

    @Flag(help: "Devices that join with it wait until they are approved (martlet approve).")
    var requireApproval = false

    @Option(help: "For an operator: read, operate or admin.")
    var role: Role?

    @Option(help: "Its name; made up by default.")
    var name: String?

    @Option(
        help: "How long it is valid; 7d for devices and 30d for operators by default.",
        transform: DurationArgument.parse)
    var expires: DurationArgument?

    func validate() throws {
        guard (group == nil) != (role == nil) else {
            throw ValidationError("expected either --group (for devices) or --role (for operators)")
        }
        guard role == nil || uses == nil else { throw ValidationError("--uses goes with --group") }
        guard role == nil || !requireApproval else { throw ValidationError("--require-approval goes with --group") }
        if let uses, !SpecLimits.tokenUses.contains(Int64(uses)) {
            throw ValidationError("--uses: expected a number from 1 to 1000000, got \(uses)")
        }
        if let expires, !SpecLimits.tokenLife.contains(expires.seconds) {
            throw ValidationError("--expires: expected a duration from 1m to 3650d, got \(expires)")
        }
    }

    func run() async throws {
        var body: [String: JSONValue] = [:]
        body["group"] = group.map { .string($0) }
        body["uses"] = uses.map { .integer(Int64($0)) }
        if requireApproval { body["requireApproval"] = true }
        body["role"] = role.map { .string($0.rawValue) }
        body["name"] = name.map { .string($0) }
        body["expires"] = expires.map { .string($0.text) }
        let object = JSONValue.object(body)
        let answer = try await APIClient.with(options) { client in
            try await APIProblem.namingOptions {
                try await client.request(.POST, ["tokens"], body: object)
            }
        }
        try options.printer.object(answer) { $0.text(at: "token") ?? "" }
    }
}
