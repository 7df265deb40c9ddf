import Foundation

/// RFC 3339 with milliseconds and Z.
enum Timestamp {
    private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    static func text(_ microseconds: Int64) -> String {
        // Whole milliseconds, so that rounding never shows a later instant.
        let milliseconds = microseconds.quotientAndRemainder(dividingBy: 1_000).quotient
        return Date(timeIntervalSince1970: Double(milliseconds) / 1_000).formatted(style)
    }
}
