/// A range of addresses, `10.1.0.0/16` or `2001:db8::/32`, as a host has them on its interfaces.
package struct Subnet: Sendable, Hashable, CustomStringConvertible {
    package let address: IPAddress
    package let prefix: Int

    /// nil unless the text is an address, `/` and a length that the address has bits for.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(String(parts[0])), let prefix = Int(parts[1]),
            (0...address.bytes.count * 8).contains(prefix), String(prefix) == parts[1]
        else { return nil }
        self.address = address
        self.prefix = prefix
    }

    package func contains(_ other: IPAddress) -> Bool {
        guard other.bytes.count == address.bytes.count else { return false }
        for (index, pair) in zip(address.bytes, other.bytes).enumerated() {
            let bits = min(8, max(0, prefix - index * 8))
            let mask = bits == 0 ? 0 : UInt8(truncatingIfNeeded: 0xFF << (8 - bits))
            guard pair.0 & mask == pair.1 & mask else { return false }
        }
        return true
    }

    package var description: String { "\(address)/\(prefix)" }
}
