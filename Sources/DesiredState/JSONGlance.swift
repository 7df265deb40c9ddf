/// A look at bytes that tells, without making anything of them, whether they are a JSON object of the plain kind that nearly
/// all are: strings without escapes but the short ones, numbers of few digits.
///
/// Yes is certain: `JSONValue(parsing:)` takes it as an object. No says nothing, and it has to be parsed to know.
package struct JSONGlance {
    private static let deepest = 32
    /// Any integer of so many digits that begins with another than 9 is within ±2^53; times in µs have as many.
    private static let mostDigits = 16

    private let bytes: UnsafeRawBufferPointer
    private var next = 0
    /// Whether there is more than ASCII, which may be no text at all.
    private var isForeign = false

    package static func isPlainObject(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= JSONValue.maximumDocumentBytes else { return false }
        var glance = JSONGlance(bytes: bytes)
        glance.skipSpace()
        guard glance.peek == UInt8(ascii: "{"), glance.value(depth: 0) else { return false }
        glance.skipSpace()
        guard glance.next == bytes.count else { return false }
        return !glance.isForeign || String(validating: bytes, as: UTF8.self) != nil
    }

    private init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    private var peek: UInt8? { next < bytes.count ? bytes[next] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        next += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { next += 1 }
    }

    private mutating func value(depth: Int) -> Bool {
        guard depth < Self.deepest, let byte = peek else { return false }
        switch byte {
        case UInt8(ascii: "{"): return list(until: UInt8(ascii: "}")) { $0.member(depth: depth + 1) }
        case UInt8(ascii: "["): return list(until: UInt8(ascii: "]")) { $0.value(depth: depth + 1) }
        case UInt8(ascii: "\""): return string()
        case UInt8(ascii: "t"): return word("true")
        case UInt8(ascii: "f"): return word("false")
        case UInt8(ascii: "n"): return word("null")
        default: return number()
        }
    }

    private mutating func list(until end: UInt8, _ item: (inout JSONGlance) -> Bool) -> Bool {
        next += 1
        skipSpace()
        if take(end) { return true }
        while true {
            skipSpace()
            guard item(&self) else { return false }
            skipSpace()
            if take(end) { return true }
            guard take(UInt8(ascii: ",")) else { return false }
        }
    }

    private mutating func member(depth: Int) -> Bool {
        guard peek == UInt8(ascii: "\""), string() else { return false }
        skipSpace()
        guard take(UInt8(ascii: ":")) else { return false }
        skipSpace()
        return value(depth: depth)
    }

    private mutating func string() -> Bool {
        next += 1
        while let byte = peek {
            next += 1
            switch byte {
            case UInt8(ascii: "\""): return true
            case UInt8(ascii: "\\"):
                guard let escaped = peek, #""\/bfnrt"#.utf8.contains(escaped) else { return false }
                next += 1
            case 0x20..<0x80: continue
            case 0x80...: isForeign = true
            default: return false
            }
        }
        return false
    }

    private mutating func word(_ word: StaticString) -> Bool {
        word.withUTF8Buffer { word in
            guard bytes[next...].prefix(word.count).elementsEqual(word) else { return false }
            next += word.count
            return true
        }
    }

    private mutating func number() -> Bool {
        _ = take(UInt8(ascii: "-"))
        guard let first = peek, let whole = digits(), whole == 1 || first != UInt8(ascii: "0") else { return false }
        guard take(UInt8(ascii: ".")) else { return isNumberOver }
        return digits() != nil && isNumberOver
    }

    private var isNumberOver: Bool { peek != UInt8(ascii: "e") && peek != UInt8(ascii: "E") }

    /// nil for none, and for too many to be sure.
    private mutating func digits() -> Int? {
        let begun = next
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { next += 1 }
        let count = next - begun
        guard (1...Self.mostDigits).contains(count) else { return nil }
        return count == Self.mostDigits && bytes[begun] == UInt8(ascii: "9") ? nil : count
    }
}
