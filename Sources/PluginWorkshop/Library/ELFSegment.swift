/// A program header.
struct ELFSegment: Sendable {
    static let load: UInt32 = 1, dynamic: UInt32 = 2
    static let stack: UInt32 = 0x6474_E551, readOnlyAfterRelocation: UInt32 = 0x6474_E552

    let type: UInt32
    let flags: UInt32
    let offset: UInt64
    let address: UInt64
    /// In the file.
    let size: UInt64

    static func all(_ reader: ELFReader) throws(ELFLibrary.Problem) -> [ELFSegment] {
        let (start, size, count) = (try reader.u64(32), UInt64(try reader.u16(54)), UInt64(try reader.u16(56)))
        guard size >= 56, start < UInt64(reader.bytes.count) else {
            throw ELFLibrary.Problem(description: "its program headers are none")
        }
        var segments: [ELFSegment] = []
        for index in 0..<count {
            let at = start + index * size
            segments.append(
                ELFSegment(
                    type: try reader.u32(at), flags: try reader.u32(at + 4), offset: try reader.u64(at + 8),
                    address: try reader.u64(at + 16), size: try reader.u64(at + 32)))
        }
        return segments
    }

    /// Where an address of memory lies in the file.
    static func offset(of address: UInt64, in segments: [ELFSegment]) -> UInt64? {
        for segment in segments where segment.type == load && address >= segment.address {
            let inside = address - segment.address
            if inside < segment.size { return segment.offset &+ inside }
        }
        return nil
    }
}
