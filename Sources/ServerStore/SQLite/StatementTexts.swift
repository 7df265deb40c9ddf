import Synchronization

/// SQLite numbers `$1` by order of appearance; what we mean is its `?1`. Texts are translated once and remembered.
final class StatementTexts: Sendable {
    private let known = Mutex<[String: String]>([:])

    func native(_ sql: String) -> String {
        if let text = known.withLock({ $0[sql] }) { return text }
        let text = Self.translate(sql)
        known.withLock { $0[sql] = text }
        return text
    }

    /// `$` becomes `?` before a digit, outside of quoted text.
    static func translate(_ sql: String) -> String {
        var out: [UInt8] = []
        let bytes = Array(sql.utf8)
        out.reserveCapacity(bytes.count)
        var quoted = false
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "'") { quoted.toggle() }
            let digitFollows =
                index + 1 < bytes.count && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index + 1])
            out.append(byte == UInt8(ascii: "$") && !quoted && digitFollows ? UInt8(ascii: "?") : byte)
        }
        return String(decoding: out, as: UTF8.self)
    }
}
