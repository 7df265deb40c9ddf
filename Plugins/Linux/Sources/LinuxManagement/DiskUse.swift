/// How full a file system is, in bytes.
package struct DiskUse: Sendable, Hashable {
    package var mount: String
    package var size: UInt64
    package var used: UInt64
    /// What an ordinary user may still write.
    package var available: UInt64

    package init(mount: String, size: UInt64, used: UInt64, available: UInt64) {
        self.mount = mount
        self.size = size
        self.used = used
        self.available = available
    }

    /// As df computes it: of what ordinary users can have.
    package var percentUsed: Double {
        let usable = Double(used + available)
        return usable > 0 ? Double(used) * 100 / usable : 0
    }
}
