import ArgumentParser
import DesiredState
import NIOHTTP1

/// `martlet token create`
struct TokenCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make an enrolment token (--group) or an operator's token (--role).",
        discussion: """
            The secret alone is printed on standard output, once; nobody can read it again.

            EXAMPLES
              martlet token create --group servers --uses 10 --expires 7d > token
              martlet token create --role operate --name night-shift
            """)

    @OptionGroup var options: GlobalOptions

    @Option(help: "Group that devices join with it.")
    var group: String?

    @Option(help: "How many devices may join with it; any number by default.")
    var uses: Int?

    @Option(help: "For an operator: read, operate or admin.")
    var role: String?

    @Option(help: "Its name; made up by default.")
    var name: String?

    @Option(help: "How long it is valid; 7d for devices and 30d for operators by default.")
    var expires: DurationArgument?

    func validate() throws {
        guard (group == nil) != (role == nil) else {
            throw ValidationError("expected either --group (for devices) or --role (for operators)")
        }
        guard role == nil || uses == nil else { throw ValidationError("--uses goes with --group") }
    }

    func run() async throws {
        var body: [String: JSONValue] = [:]
        body["group"] = group.map { .string($0) }
        body["uses"] = uses.map { .integer(Int64($0)) }
        body["role"] = role.map { .string($0) }
        body["name"] = name.map { .string($0) }
        body["expires"] = expires.map { .string($0.text) }
        let object = JSONValue.object(body)
        let answer = try await APIClient.with(options) { client in
            try await client.request(.POST, ["tokens"], body: object)
        }
        try options.printer.object(answer) { $0.text(at: "token") ?? "" }
    }
}
