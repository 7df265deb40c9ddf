/// A service unit that the plugin wants to start and stop, and why.
package struct PluginUnitGrant: Sendable, Hashable {
    /// In the place of a unit: any one that the host's owner grants.
    package static let any = "*"
    package static let longestName = 255

    package let unit: String
    package let reason: String

    package init(unit: String, reason: String) {
        self.unit = unit
        self.reason = reason
    }

    /// Whether the plugin wants something of this unit. A name that is not plain is never covered: a service manager may
    /// read a pattern in it.
    package func covers(_ name: String) -> Bool {
        Self.isPlain(name) && (unit == Self.any || unit == name)
    }

    /// A name as systemd has them, without escapes and patterns.
    package static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= longestName && name.utf8.first != UInt8(ascii: "-")
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: [UInt8](":_.@-".utf8).contains(byte)
                }
            }
    }
}
