import ArgumentParser
import DesiredState
import Manifests
import NIOHTTP1

/// What `describe policy` and `describe task` share: the object, and the devices that do not have it.
struct DeploymentDescription: ParsableArguments {
    /// Devices of each state that are named.
    static let mostDevices = 20

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Its name.")
    var name: String

    func show(_ collection: String) async throws {
        let (object, failed, pending) = try await APIClient.with(options) { client in
            func devices(_ state: String) async throws -> [JSONValue] {
                try await client.request(
                    .GET, [collection, name, "devices"],
                    query: [("state", state), ("limit", String(Self.mostDevices))])["items"]?.arrayValue ?? []
            }
            return (
                try await client.request(.GET, [collection, name]), try await devices("failed"),
                try await devices("pending")
            )
        }
        var shown = object.objectValue ?? [:]
        shown["devices"] = ["failed": .array(failed), "pending": .array(pending)]
        switch options.output {
        case .table:
            let yaml = try ManifestEncoder.yaml([object])
            Terminal.print(
                yaml + (yaml.hasSuffix("\n") ? "" : "\n")
                    + DeploymentText.make(object, failed: failed, pending: pending))
        case .json: Terminal.print(try Printer.pretty(.object(shown)))
        // A manifest, which can be applied.
        case .yaml: try options.printer.object(object) { _ in "" }
        }
    }
}
