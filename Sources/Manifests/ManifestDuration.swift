/// Durations as people write them: `30s`, `5m`, `24h`, `7d`.
package enum ManifestDuration {
    private static let units: [(suffix: Character, seconds: Int64)] = [
        ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1),
    ]

    /// nil unless the text is a whole number with one unit.
    package static func seconds(_ text: String) -> Int64? {
        guard let last = text.last, let unit = units.first(where: { $0.suffix == last }), text.count <= 12,
            text.dropLast().utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = Int64(text.dropLast())
        else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit.seconds)
        return overflow ? nil : product
    }

    /// In the largest unit that divides it.
    package static func text(_ seconds: Int64) -> String {
        guard seconds != 0 else { return "0s" }
        let unit = units.first { seconds % $0.seconds == 0 } ?? (suffix: "s", seconds: 1)
        return "\(seconds / unit.seconds)\(unit.suffix)"
    }
}
