import DeviceCrypto

/// Where a device belongs, and why.
package struct DevicePlace: Sendable, Hashable {
    /// Path from the root, like root/servers.
    package var group: String
    /// enrollment, manual or rule.
    package var placedBy: String
    /// What of the device met the rule; empty without one.
    package var because: String

    package init(group: String, placedBy: String, because: String) {
        self.group = group
        self.placedBy = placedBy
        self.because = because
    }

    package init(_ wire: WirePlace) { self.init(group: wire.group, placedBy: wire.placedBy, because: wire.because) }

    package var wire: WirePlace {
        var wire = WirePlace()
        (wire.group, wire.placedBy, wire.because) = (group, placedBy, because)
        return wire
    }

    /// Four bytes: enough to see that one is not the other.
    package var digest: [UInt8] {
        var bytes: [UInt8] = []
        for text in [group, placedBy, because] { bytes += Array(text.utf8) + [0] }
        var out = [UInt8](repeating: 0, count: Int(DC_SHA256_SIZE))
        precondition(dc_sha256(bytes, bytes.count, &out) == 0, "libcrypto has no SHA-256")
        return Array(out.prefix(4))
    }
}
