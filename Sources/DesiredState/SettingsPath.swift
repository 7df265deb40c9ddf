/// A place in settings, written as a JSON pointer (RFC 6901): `/thresholds/diskPercent`; empty for all of them.
///
/// Lists are values as a whole: no path leads into one.
package struct SettingsPath: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var keys: [String]

    package init(_ keys: [String] = []) { self.keys = keys }

    /// nil unless `pointer` is a JSON pointer: empty, or beginning with `/`, with `~` only as `~0` and `~1`.
    package init?(pointer: String) {
        guard !pointer.isEmpty else {
            self.init()
            return
        }
        guard pointer.utf8.first == UInt8(ascii: "/") else { return nil }
        var keys: [String] = []
        for part in pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let key = Self.unescape(part) else { return nil }
            keys.append(key)
        }
        self.init(keys)
    }

    private static func unescape(_ text: Substring) -> String? {
        guard text.utf8.contains(UInt8(ascii: "~")) else { return String(text) }
        var out = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            guard character == "~" else {
                out.append(character)
                continue
            }
            switch rest.popFirst() {
            case "0": out.append("~")
            case "1": out.append("/")
            default: return nil
            }
        }
        return out
    }

    package var description: String {
        keys.map { "/" + $0.split(separator: "~", omittingEmptySubsequences: false).joined(separator: "~0") }
            .map {
                "/" + $0.dropFirst().split(separator: "/", omittingEmptySubsequences: false).joined(separator: "~1")
            }
            .joined()
    }

    package func appending(_ key: String) -> SettingsPath { SettingsPath(keys + [key]) }

    /// Whether `other` is this place or one below it.
    package func covers(_ other: SettingsPath) -> Bool { other.keys.starts(with: keys) }

    package static func < (left: SettingsPath, right: SettingsPath) -> Bool {
        left.keys.lexicographicallyPrecedes(right.keys)
    }
}
