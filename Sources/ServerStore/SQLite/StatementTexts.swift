import Synchronization

/// SQLite numbers `$1` by order of appearance; what we mean is its `?1`. Texts are translated once and remembered, with the names of
/// the columns that they give.
final class StatementTexts: Sendable {
    /// A statement's text as SQLite takes it.
    final class Text: Sendable {
        let native: String
        private let columns = Mutex<SQLColumns?>(nil)

        init(_ native: String) { self.native = native }

        /// What is remembered, unless another number of columns is there now: the tables may have been changed since.
        func columns(count: Int, _ read: () -> [String]) -> SQLColumns {
            columns.withLock { known in
                if let known, known.names.count == count { return known }
                let fresh = SQLColumns(read())
                known = fresh
                return fresh
            }
        }
    }

    private let known = Mutex<[String: Text]>([:])

    func text(_ sql: String) -> Text {
        if let text = known.withLock({ $0[sql] }) { return text }
        let text = Text(Self.translate(sql))
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
