/// What the files of a package are called; nothing else is in one.
package enum PackageEntryName: Sendable, Hashable, CustomStringConvertible {
    /// Names every other file with its SHA-256.
    case index
    /// As the vendor wrote it.
    case manifest
    case library(PackageArchitecture)
    case licence(String)

    package init?(_ text: String) {
        switch text {
        case "package.json": self = .index
        case "plugin.yaml": self = .manifest
        default:
            let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            if parts.count == 3, parts[0] == "lib", parts[2] == "plugin.so",
                let architecture = PackageArchitecture(rawValue: parts[1])
            {
                self = .library(architecture)
            } else if parts.count == 2, parts[0] == "licences", Self.isLicenceName(parts[1]) {
                self = .licence(parts[1])
            } else {
                return nil
            }
        }
    }

    package var description: String {
        switch self {
        case .index: "package.json"
        case .manifest: "plugin.yaml"
        case .library(let architecture): "lib/\(architecture.rawValue)/plugin.so"
        case .licence(let name): "licences/\(name)"
        }
    }

    package var limit: Int64 {
        switch self {
        case .index, .manifest: PackageLimits.manifestBytes
        case .library: PackageLimits.libraryBytes
        case .licence: PackageLimits.licenceBytes
        }
    }

    /// 1 to 64 of letters, digits, dot, hyphen and underscore, not beginning with a dot.
    package static func isLicenceName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count) && !name.hasPrefix(".")
            && name.utf8.allSatisfy {
                ($0 >= 0x30 && $0 <= 0x39) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A)
                    || [0x2D, 0x2E, 0x5F].contains($0)
            }
    }
}
