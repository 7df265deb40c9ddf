/// A plugin's version as it is ordered: numbers by their value, words by their letters, and what has a pre-release part
/// before what has none (as semantic versioning does). Any text has a place.
package struct PluginVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let description: String

    package init(_ text: String) { description = text }

    /// Without what follows a plus: that does not count.
    private var parts: (release: [Substring], early: [Substring]) {
        let counted = description.prefix { $0 != "+" }
        let release = counted.prefix { $0 != "-" }
        return (
            release.split(separator: "."), counted.dropFirst(release.count).dropFirst().split(separator: ".")
        )
    }

    package static func < (left: PluginVersion, right: PluginVersion) -> Bool {
        let (left, right) = (left.parts, right.parts)
        let order = compare(padded(left.release, right.release), padded(right.release, left.release))
        if order != 0 { return order < 0 }
        if left.early.isEmpty || right.early.isEmpty { return !left.early.isEmpty && right.early.isEmpty }
        return compare(left.early, right.early) < 0
    }

    /// With zeros where the other one has more parts.
    private static func padded(_ parts: [Substring], _ other: [Substring]) -> [Substring] {
        parts + Array(repeating: "0", count: max(0, other.count - parts.count))
    }

    private static func compare(_ left: [Substring], _ right: [Substring]) -> Int {
        for (left, right) in zip(left, right) {
            switch (UInt64(left), UInt64(right)) {
            case (let left?, let right?) where left != right: return left < right ? -1 : 1
            case (.some, .some): continue
            case (.some, nil): return -1
            case (nil, .some): return 1
            case (nil, nil) where left != right: return left < right ? -1 : 1
            case (nil, nil): continue
            }
        }
        return left.count - right.count
    }
}
