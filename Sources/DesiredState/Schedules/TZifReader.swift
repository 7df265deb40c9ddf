/// Takes a TZif file apart (RFC 9636): the second block with its 64-bit times where there is one, else the first.
struct TZifReader {
    struct Data {
        var transitions: [Int64]
        var offsets: [Int64]
        var first: Int64
        var footer: String?
    }

    private struct Header {
        var version: UInt8
        var utIndicators, standardIndicators, leaps, times, types, characters: Int

        /// Bytes of the block behind it.
        func size(timeBytes: Int) -> Int {
            times * (timeBytes + 1) + types * 6 + characters + leaps * (timeBytes + 4) + standardIndicators
                + utIndicators
        }
    }

    private static let headerSize = 44

    private let bytes: [UInt8]
    private var position = 0

    init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.headerSize else { return nil }
        self.bytes = bytes
    }

    /// nil when a number in it cannot be right.
    mutating func data() -> Data? {
        guard let old = header() else { return nil }
        guard old.version >= 0x32 else { return block(old, timeBytes: 4) }
        position += old.size(timeBytes: 4)
        guard let new = header(), var data = block(new, timeBytes: 8) else { return nil }
        let rest = bytes[min(position, bytes.count)...]
        guard rest.first == 0x0A, let end = rest.dropFirst().firstIndex(of: 0x0A) else { return nil }
        let footer = String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self)
        data.footer = footer.isEmpty ? nil : footer
        return data
    }

    private mutating func header() -> Header? {
        guard position + Self.headerSize <= bytes.count, Array(bytes[position..<position + 4]) == Array("TZif".utf8)
        else { return nil }
        let counts = (0..<6).map { Int(truncatingIfNeeded: number(at: position + 20 + $0 * 4, bytes: 4) & 0xFFFF_FFFF) }
        let header = Header(
            version: bytes[position + 4], utIndicators: counts[0], standardIndicators: counts[1], leaps: counts[2],
            times: counts[3], types: counts[4], characters: counts[5])
        position += Self.headerSize
        // Also keeps the sizes from overflowing.
        guard counts.allSatisfy({ $0 <= bytes.count }), header.types > 0 else { return nil }
        return header
    }

    private mutating func block(_ header: Header, timeBytes: Int) -> Data? {
        guard position + header.size(timeBytes: timeBytes) <= bytes.count else { return nil }
        let indices = position + header.times * timeBytes
        let types = indices + header.times
        let offsets = (0..<header.types).map { number(at: types + $0 * 6, bytes: 4) }
        let transitions = (0..<header.times).map { number(at: position + $0 * timeBytes, bytes: timeBytes) }
        let used = (0..<header.times).map { Int(bytes[indices + $0]) }
        guard used.allSatisfy({ $0 < header.types }), zip(transitions, transitions.dropFirst()).allSatisfy(<),
            offsets.allSatisfy({ abs($0) <= CivilTime.secondsPerDay * 2 })
        else { return nil }
        position += header.size(timeBytes: timeBytes)
        return Data(transitions: transitions, offsets: used.map { offsets[$0] }, first: offsets[0], footer: nil)
    }

    /// Big-endian, with its sign.
    private func number(at index: Int, bytes count: Int) -> Int64 {
        var value: UInt64 = 0
        for byte in bytes[index..<index + count] { value = value << 8 | UInt64(byte) }
        return count == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
    }
}
