/// The names that a library shows.
enum ELFSymbols {
    private static let dynamicSymbols: UInt32 = 11
    private static let mostSymbols: UInt64 = 1 << 20

    /// Defined, global or weak, of default visibility. The table is found by the section headers, which every linker
    /// writes and `strip` leaves.
    static func exported(_ reader: ELFReader) throws(ELFLibrary.Problem) -> [String] {
        let (start, size, count) = (try reader.u64(40), UInt64(try reader.u16(58)), UInt64(try reader.u16(60)))
        guard start > 0, size >= 64, start < UInt64(reader.bytes.count) else {
            throw ELFLibrary.Problem(description: "it has no section headers; link it without removing them")
        }
        for index in 0..<count where try reader.u32(start + index * size + 4) == dynamicSymbols {
            let section = start + index * size
            let strings = start + UInt64(try reader.u32(section + 40)) * size
            return try names(
                reader, at: try reader.u64(section + 24), size: try reader.u64(section + 32),
                strings: try reader.u64(strings + 24))
        }
        return []
    }

    private static func names(
        _ reader: ELFReader, at offset: UInt64, size: UInt64, strings: UInt64
    ) throws(ELFLibrary.Problem) -> [String] {
        guard size / 24 <= mostSymbols else {
            throw ELFLibrary.Problem(description: "it has more than a million symbols")
        }
        var names: [String] = []
        for index in 0..<size / 24 {
            let (symbol, overflows) = offset.addingReportingOverflow(index * 24)
            // Also room for what is read behind it: a sum may not overflow.
            guard !overflows, symbol < UInt64(reader.bytes.count) else {
                throw ELFLibrary.Problem(description: "its symbols are outside of the file")
            }
            let info = try reader.u16(symbol + 4)
            let (binding, visibility) = ((info & 0xFF) >> 4, (info >> 8) & 3)
            let isDefined = try reader.u16(symbol + 6) != 0
            guard isDefined, binding == 1 || binding == 2 || binding == 10, visibility == 0 || visibility == 3 else {
                continue
            }
            names.append(try reader.text(strings, UInt64(try reader.u32(symbol))))
        }
        return names
    }
}
