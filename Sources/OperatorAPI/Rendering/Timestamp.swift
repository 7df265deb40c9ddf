import Foundation

/// RFC 3339 with milliseconds and Z.
enum Timestamp {
    private static let style = Date.ISO8601FormatStyle()

    static func text(_ microseconds: Int64) -> String {
        // Milliseconds are written from the integer: a Double just below one would show the one before.
        let milliseconds = floorDivision(microseconds, by: 1_000)
        let seconds = floorDivision(milliseconds, by: 1_000)
        let fraction = String(milliseconds - seconds * 1_000)
        let date = Date(timeIntervalSince1970: Double(seconds)).formatted(style)
        return date.dropLast() + "." + String(repeating: "0", count: 3 - fraction.count) + fraction + "Z"
    }

    private static func floorDivision(_ value: Int64, by divisor: Int64) -> Int64 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
