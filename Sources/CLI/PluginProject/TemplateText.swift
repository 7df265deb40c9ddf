/// Replaces names in a text in one pass: what was put in is not looked at again. Pure.
enum TemplateText {
    static func filled(_ text: [UInt8], _ replacements: [(from: String, to: String)]) -> [UInt8] {
        let rules = replacements.map { (Array($0.from.utf8), Array($0.to.utf8)) }
        var (out, rest): ([UInt8], ArraySlice<UInt8>) = ([], text[...])
        out.reserveCapacity(text.count)
        while let first = rest.first {
            if let (from, to) = rules.first(where: { rest.starts(with: $0.0) }) {
                out += to
                rest = rest.dropFirst(from.count)
            } else {
                out.append(first)
                rest = rest.dropFirst()
            }
        }
        return out
    }
}
