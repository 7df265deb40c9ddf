/// Little-endian numbers and texts of a file, none of them outside of it.
struct ELFReader: Sendable {
    let bytes: [UInt8]

    func u16(_ offset: UInt64) throws(ELFLibrary.Problem) -> UInt16 {
        UInt16(truncatingIfNeeded: try number(offset, 2))
    }
    func u32(_ offset: UInt64) throws(ELFLibrary.Problem) -> UInt32 {
        UInt32(truncatingIfNeeded: try number(offset, 4))
    }
    func u64(_ offset: UInt64) throws(ELFLibrary.Problem) -> UInt64 { try number(offset, 8) }

    /// A text that ends with a zero.
    func text(_ table: UInt64, _ index: UInt64) throws(ELFLibrary.Problem) -> String {
        let (start, overflows) = table.addingReportingOverflow(index)
        guard !overflows, start < UInt64(bytes.count) else { throw Self.outside }
        return String(decoding: bytes[Int(start)...].prefix(4096).prefix { $0 != 0 }, as: UTF8.self)
    }

    private func number(_ offset: UInt64, _ size: UInt64) throws(ELFLibrary.Problem) -> UInt64 {
        let (end, overflows) = offset.addingReportingOverflow(size)
        guard !overflows, end <= UInt64(bytes.count) else { throw Self.outside }
        return (0..<size).reduce(0) { $0 | UInt64(bytes[Int(offset + $1)]) << (8 * $1) }
    }

    private static let outside = ELFLibrary.Problem(description: "it names places that are outside of the file")
}
