import DeviceCrypto

/// Sixteen bytes that name a device, a run, an order or an event epoch: a UUID, on the wire as bytes, for people as
/// lower-case text.
package struct Identifier: Sendable, Hashable {
    package static let size = 16

    private let high: UInt64
    private let low: UInt64

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// nil unless there are exactly 16 bytes.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.size else { return nil }
        self.init(high: Self.number(bytes.prefix(8)), low: Self.number(bytes.dropFirst(8)))
    }

    /// Text of 32 hexadecimal digits, with dashes where UUIDs have them or without any.
    package init?(_ text: String) {
        let digits = text.utf8.filter { $0 != UInt8(ascii: "-") }
        guard digits.count == 32, text.utf8.count == 32 || text.utf8.count == 36 else { return nil }
        guard let high = UInt64(String(decoding: digits.prefix(16), as: UTF8.self), radix: 16),
            let low = UInt64(String(decoding: digits.dropFirst(16), as: UTF8.self), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    /// UUID version 7: milliseconds of `now` (µs since 1970), then the bits of `random`.
    package static func version7(now: Int64, random: (UInt64, UInt64)) -> Identifier {
        let milliseconds = UInt64(max(0, now) / 1000) & 0xFFFF_FFFF_FFFF
        return Identifier(
            high: milliseconds << 16 | 0x7000 | random.0 & 0x0FFF, low: 0x8000_0000_0000_0000 | random.1 >> 2)
    }

    /// UUID version 8: the first 122 bits of a SHA-256, for identifiers that two places derive alike.
    package static func version8(digest: [UInt8]) -> Identifier? {
        guard digest.count >= Self.size else { return nil }
        let high = number(digest.prefix(8))
        let low = number(digest[8..<16])
        return Identifier(
            high: high & 0xFFFF_FFFF_FFFF_0FFF | 0x8000, low: low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
    }

    /// µs since 1970, to the millisecond; nil unless this is version 7.
    package var time: Int64? { high >> 12 & 0xF == 7 ? Int64(high >> 16) * 1_000 : nil }

    /// A new version 7 identifier from the system's generator.
    package static func make(now: Int64) -> Identifier {
        var generator = SystemRandomNumberGenerator()
        return version7(now: now, random: (generator.next(), generator.next()))
    }

    package var bytes: [UInt8] {
        withUnsafeBytes(of: high.bigEndian) { Array($0) } + withUnsafeBytes(of: low.bigEndian) { Array($0) }
    }

    private static func number(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}

extension Identifier: CustomStringConvertible {
    package var description: String {
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            let digits = String(byte, radix: 16)
            text += digits.count == 1 ? "0" + digits : digits
        }
        return text
    }
}

package typealias DeviceUID = Identifier
package typealias RunID = Identifier
