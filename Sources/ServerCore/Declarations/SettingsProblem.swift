import DesiredState
import Manifests

/// A schema's violation as a problem of the manifest that holds the settings.
enum SettingsProblem {
    static func problem(_ violation: SchemaViolation, below path: String, in manifest: Manifest) -> FieldProblem {
        let keys = violation.path.split(separator: "/").map { key in
            key.split(separator: "~1", omittingEmptySubsequences: false).joined(separator: "/")
                .split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~")
        }
        return manifest.problem(
            at: ([path] + keys).joined(separator: "."), expected: violation.expected, got: violation.got)
    }
}
