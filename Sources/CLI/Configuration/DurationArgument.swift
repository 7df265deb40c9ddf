import ArgumentParser
import Manifests

/// Seconds, written as `30s`, `5m`, `24h` or `7d`.
struct DurationArgument: ExpressibleByArgument, Equatable {
    let seconds: Int64

    init(seconds: Int64) { self.seconds = seconds }

    init?(argument: String) {
        guard let seconds = ManifestDuration.seconds(argument), seconds > 0 else { return nil }
        self.seconds = seconds
    }

    var defaultValueDescription: String { text }
    var text: String { ManifestDuration.text(seconds) }
}
