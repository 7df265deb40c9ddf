import DesiredState
import Foundation

/// Instants as people write them: `2026-12-01T02:00:00Z`, or with an offset.
package enum ManifestInstant {
    package static let rule = "an instant like 2026-12-01T02:00:00Z or 2026-12-01T02:00:00+01:00"

    /// Microseconds UTC; nil for anything else.
    package static func microseconds(_ text: String) -> Int64? {
        guard text.utf8.count <= 40, let date = try? Date(text, strategy: .iso8601) else { return nil }
        return Int64(date.timeIntervalSince1970.rounded(.down)) * 1_000_000
    }

    /// In UTC, to the second.
    package static func text(_ microseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(microseconds / 1_000_000)).formatted(.iso8601)
    }
}
