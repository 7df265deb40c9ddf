import Manifests

/// What operators apply: YAML or JSON with any number of manifests.
package enum ManifestFuzz {
    package static func run(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self), let manifests = read(text) else { return }
        guard let written = try? ManifestEncoder.yaml(manifests.map(\.json)) else {
            preconditionFailure("manifests cannot be written")
        }
        guard let again = read(written) else { preconditionFailure("what was written cannot be read:\n\(written)") }
        precondition(again.map(\.json) == manifests.map(\.json), "manifests changed when written:\n\(written)")
    }

    private static func read(_ text: String) -> [Manifest]? { try? ManifestDecoder.decode(text, file: "fuzz.yaml") }
}
