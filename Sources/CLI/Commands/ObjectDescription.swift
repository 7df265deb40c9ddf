import ArgumentParser
import Manifests
import NIOHTTP1

/// What `describe group` and others share that no device reports of.
struct ObjectDescription: ParsableArguments {
    @OptionGroup var options: GlobalOptions

    @Argument(help: "Its name.")
    var name: String

    func show(_ collection: String) async throws {
        let object = try await APIClient.with(options) { client in try await client.request(.GET, [collection, name]) }
        let yaml = try ManifestEncoder.yaml([object])
        try options.printer.object(object) { _ in yaml.hasSuffix("\n") ? String(yaml.dropLast()) : yaml }
    }
}
