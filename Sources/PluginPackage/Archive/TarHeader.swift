/// One header of a POSIX tar archive (ustar), as a package has it: a plain file of root, mode 0644, time 0. There is one
/// way to write each, so that a package's bytes follow from what is in it.
struct TarHeader: Sendable, Hashable {
    static let blockBytes = 512
    static let longestName = 100

    let name: String
    let size: Int64

    /// With the padding to whole blocks.
    var storedBytes: Int64 { Self.padded(size) }

    static func padded(_ size: Int64) -> Int64 { (size + 511) & ~511 }

    var bytes: [UInt8] {
        var block = [UInt8](repeating: 0, count: Self.blockBytes)
        func put(_ text: String, at place: Int) {
            block.replaceSubrange(place..<place + text.utf8.count, with: text.utf8)
        }
        put(name, at: 0)
        put("0000644\0", at: 100)
        put("0000000\0", at: 108)
        put("0000000\0", at: 116)
        put(Self.octal(size, digits: 11) + "\0", at: 124)
        put("00000000000\0", at: 136)
        put("        ", at: 148)
        put("0", at: 156)
        put("ustar\0" + "00", at: 257)
        let sum = block.reduce(Int64(0)) { $0 + Int64($1) }
        put(Self.octal(sum, digits: 6) + "\0 ", at: 148)
        return block
    }

    init(name: String, size: Int64) {
        self.name = name
        self.size = size
    }

    /// nil for any other bytes than `bytes` writes.
    init?(_ block: [UInt8]) {
        guard block.count == Self.blockBytes else { return nil }
        let name = String(decoding: block[0..<Self.longestName].prefix { $0 != 0 }, as: UTF8.self)
        guard let size = Int64(String(decoding: block[124..<135], as: UTF8.self), radix: 8), size >= 0 else {
            return nil
        }
        self.init(name: name, size: size)
        guard !name.isEmpty, bytes == block else { return nil }
    }

    private static func octal(_ value: Int64, digits: Int) -> String {
        let text = String(value, radix: 8)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
