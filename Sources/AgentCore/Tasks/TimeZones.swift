package import DesiredState
import DurableFiles

/// Where the rules of time zones are found.
package struct TimeZones: Sendable {
    /// The zone's rules by its name, or the device's own for nil; nil when there is no such zone here.
    package let rules: @Sendable (String?) -> TimeZoneRules?

    package init(rules: @escaping @Sendable (String?) -> TimeZoneRules?) { self.rules = rules }

    /// Those of the host: Debian's `tzdata`, `/etc/localtime`. Read anew each time, since either may change.
    package static let system = TimeZones { name in
        guard let name else {
            // A host that says nothing is on UTC.
            return read("/etc/localtime") ?? .utc
        }
        if name == "UTC" { return .utc }
        // The name is an operator's: it must not lead out of the folder.
        guard isName(name) else { return nil }
        return read("/usr/share/zoneinfo/\(name)")
    }

    static func isName(_ name: String) -> Bool {
        name.utf8.count <= 64
            && name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty && part.utf8.first != UInt8(ascii: ".")
                    && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-_.".contains($0)) }
            }
    }

    private static func read(_ path: String) -> TimeZoneRules? {
        guard let bytes = try? FileBytes.read(path, limit: TimeZoneRules.maximumBytes) else { return nil }
        return TimeZoneRules(tzif: bytes)
    }
}
