import ArgumentParser
import Manifests

/// Seconds, written as `30s`, `5m`, `24h` or `7d`.
struct DurationArgument: ExpressibleByArgument, Equatable, CustomStringConvertible {
    let seconds: Int64

    init(seconds: Int64) { self.seconds = seconds }

    init?(argument: String) {
        guard let seconds = ManifestDuration.seconds(argument), seconds > 0 else { return nil }
        self.seconds = seconds
    }

    /// For `transform:` of an option: says what is expected.
    static func parse(_ argument: String) throws -> DurationArgument {
        guard let duration = DurationArgument(argument: argument) else {
            throw ValidationError("expected a duration like 30s, 5m, 24h or 7d")
        }
        return duration
    }

    var description: String { text }
    var defaultValueDescription: String { text }
    var text: String { ManifestDuration.text(seconds) }
}
