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
        // Tens of thousands are read of a list of devices.
        let numbers = bytes.withContiguousStorageIfAvailable { bytes in
            let bytes = UnsafeRawBufferPointer(bytes)
            return (
                UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        let (high, low) = numbers ?? (Self.number(bytes.prefix(8)), Self.number(bytes.dropFirst(8)))
        self.init(high: high, low: low)
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
        [UInt8](unsafeUninitializedCapacity: Self.size) { buffer, count in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
            bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            count = Self.size
        }
    }

    private static func number(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}

/// In the order of their bytes.
extension Identifier: Comparable {
    package static func < (first: Identifier, second: Identifier) -> Bool {
        (first.high, first.low) < (second.high, second.low)
    }
}

extension Identifier: CustomStringConvertible {
    package var description: String {
        String(unsafeUninitializedCapacity: 36) { text in
            var count = 0
            func add(_ byte: UInt8) {
                text[count] = byte
                count += 1
            }
            for index in 0..<Self.size {
                if [4, 6, 8, 10].contains(index) { add(UInt8(ascii: "-")) }
                let number = index < 8 ? high : low
                let byte = UInt8(truncatingIfNeeded: number >> UInt64(56 - index % 8 * 8))
                add(Self.digit(byte >> 4))
                add(Self.digit(byte & 15))
            }
            return count
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}

package typealias DeviceUID = Identifier
package typealias RunID = Identifier
