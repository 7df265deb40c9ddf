/// Processors for which a package may have a library, as the kernel calls them.
package enum PackageArchitecture: String, Sendable, Hashable, CaseIterable {
    case x86_64
    case aarch64
    case riscv64

    /// Bytes of a file that tell what it is for.
    package static let headerBytes = 20

    /// What a program or library is for; nil for what is none, or for another processor. `header` is the file's beginning.
    package init?(elf header: [UInt8]) {
        // 64 bits, little-endian.
        guard header.count >= Self.headerBytes, header[0..<4] == [0x7F, 0x45, 0x4C, 0x46], header[4] == 2,
            header[5] == 1
        else { return nil }
        switch UInt16(header[19]) << 8 | UInt16(header[18]) {
        case 0x3E: self = .x86_64
        case 0xB7: self = .aarch64
        case 0xF3: self = .riscv64
        default: return nil
        }
    }

    /// Of this program, and so of the plugins that can be loaded here.
    package static var current: PackageArchitecture {
        #if arch(x86_64)
            .x86_64
        #elseif arch(arm64)
            .aarch64
        #else
            .riscv64
        #endif
    }
}
