import ArgumentParser
import NIOHTTP1

/// `martlet delete`
struct Delete: AsyncParsableCommand {
    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case group, secret, policy, task, token, device
        case remoteConfig = "remote-config"
        case pluginPackage = "plugin-package"
        case trustDocument = "trust-document"
        case applicationSettings = "application-settings"

        /// `devices` is understood too.
        init?(argument: String) {
            guard let kind = Self.allCases.first(where: { argument == $0.rawValue || argument == $0.collection }) else {
                return nil
            }
            self = kind
        }

        var collection: String {
            switch self {
            case .policy: "policies"
            case .applicationSettings: rawValue
            default: rawValue + "s"
            }
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract:
            "Delete a group, secret, policy, task, application-settings, remote-config, plugin-package, trust-document, token or device.",
        discussion: """
            A deleted device is forgotten with everything it reported; its certificate gives no access any more.

            EXAMPLES
              martlet delete policy clamav-default
              martlet delete device 0192f3
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "What: group, secret, policy, task, application-settings, remote-config, token or device.")
    var kind: Kind

    @Argument(help: "Its name.")
    var name: String

    @Option(help: "How many devices may be concerned, where the server asks.")
    var confirmDevices: Int?

    func run() async throws {
        _ = try await APIClient.with(options) { client in
            try await client.request(
                .DELETE, [kind.collection, name], query: [("confirmDevices", confirmDevices.map { String($0) })])
        }
        Terminal.say("\(kind.rawValue) \(name): deleted")
    }
}
