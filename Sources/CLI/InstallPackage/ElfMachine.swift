/// The processor that a program is for, as Debian calls it.
enum ElfMachine {
    private static let debianNames: [UInt16: String] = [
        0x03: "i386", 0x16: "s390x", 0x28: "armhf", 0x3E: "amd64", 0xB7: "arm64", 0xF3: "riscv64",
    ]

    /// nil for what is no program, or for another processor. `header` is the file's first 20 bytes or more.
    static func debianArchitecture(of header: [UInt8]) -> String? {
        guard header.count >= 20, header[0..<4] == [0x7F, 0x45, 0x4C, 0x46] else { return nil }
        let isLittle = header[5] == 1
        let (low, high) = isLittle ? (header[18], header[19]) : (header[19], header[18])
        return debianNames[UInt16(high) << 8 | UInt16(low)]
    }
}
