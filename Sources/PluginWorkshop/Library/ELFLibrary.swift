/// What the loader will read of a shared library. Pure; every offset is checked, since the file may say anything.
struct ELFLibrary: Sendable, Hashable {
    struct Problem: Error, Sendable, Hashable { let description: String }

    /// `e_machine`.
    var machine: UInt16
    var needed: [String] = []
    /// RPATH and RUNPATH.
    var searchPaths: [String] = []
    /// Names that the loader shows to others.
    var exported: [String] = []
    var hasTextRelocations = false
    var hasExecutableStack = false
    var hasWritableCode = false
    var isRelocatedReadOnly = false

    private enum Tag {
        static let needed: UInt64 = 1, stringTable: UInt64 = 5, symbolTable: UInt64 = 6, rpath: UInt64 = 15
        static let textRelocations: UInt64 = 22, flags: UInt64 = 30, runpath: UInt64 = 29
    }

    init(_ bytes: [UInt8]) throws(Problem) {
        let reader = ELFReader(bytes: bytes)
        guard bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]), bytes.count >= 64, bytes[4] == 2, bytes[5] == 1 else {
            throw Problem(description: "it is no 64-bit little-endian ELF file")
        }
        guard try reader.u16(16) == 3 else { throw Problem(description: "it is no shared object") }
        machine = try reader.u16(18)
        let segments = try ELFSegment.all(reader)
        for segment in segments { note(segment) }
        guard let dynamic = segments.first(where: { $0.type == ELFSegment.dynamic }) else {
            throw Problem(description: "it has nothing for the loader (no dynamic segment)")
        }
        try readDynamic(reader, dynamic, segments)
        exported = try ELFSymbols.exported(reader)
    }

    private mutating func note(_ segment: ELFSegment) {
        let (isWritable, isExecutable) = (segment.flags & 2 != 0, segment.flags & 1 != 0)
        switch segment.type {
        case ELFSegment.load: hasWritableCode = hasWritableCode || (isWritable && isExecutable)
        case ELFSegment.stack: hasExecutableStack = isExecutable
        case ELFSegment.readOnlyAfterRelocation: isRelocatedReadOnly = true
        default: break
        }
    }

    private mutating func readDynamic(
        _ reader: ELFReader, _ dynamic: ELFSegment, _ segments: [ELFSegment]
    ) throws(Problem) {
        var entries: [(tag: UInt64, value: UInt64)] = []
        for index in 0..<min(dynamic.size / 16, 4096) {
            let tag = try reader.u64(dynamic.offset + index * 16)
            if tag == 0 { break }
            entries.append((tag, try reader.u64(dynamic.offset + index * 16 + 8)))
        }
        guard let address = entries.first(where: { $0.tag == Tag.stringTable })?.value,
            let strings = ELFSegment.offset(of: address, in: segments)
        else { throw Problem(description: "its dynamic segment names no strings") }
        for (tag, value) in entries {
            switch tag {
            case Tag.needed: needed.append(try reader.text(strings, value))
            case Tag.rpath, Tag.runpath: searchPaths.append(try reader.text(strings, value))
            case Tag.textRelocations: hasTextRelocations = true
            case Tag.flags: hasTextRelocations = hasTextRelocations || value & 4 != 0
            default: break
            }
        }
    }
}
