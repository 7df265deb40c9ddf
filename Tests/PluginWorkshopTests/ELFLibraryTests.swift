import PluginTestBench
import Testing

@testable import PluginWorkshop

@Suite struct ELFLibraryTests {
    @Test("what the loader reads of a library is found")
    func reads() throws {
        let build = try GreeterBuild()
        let bytes = try PluginBench.read(build.folder + "/plugin.so")
        let library = try ELFLibrary(bytes)
        #expect(library.exported == ["martlet_module_v1"] && library.needed.contains("libc.so.6"))
        #expect(library.searchPaths.isEmpty && !library.hasExecutableStack && library.isRelocatedReadOnly)
    }

    @Test("a library that is cut or changed anywhere is refused or read, and ends nobody")
    func survives() throws {
        let build = try GreeterBuild()
        let bytes = try PluginBench.read(build.folder + "/plugin.so")
        for length in stride(from: 0, to: bytes.count, by: 97) { _ = try? ELFLibrary(Array(bytes[..<length])) }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            var changed = bytes
            // The headers, where all that is followed begins.
            for _ in 0..<8 { changed[Int.random(in: 16..<2048, using: &random)] = .random(in: 0...255, using: &random) }
            _ = try? ELFLibrary(changed)
        }
        #expect(throws: ELFLibrary.Problem.self) { try ELFLibrary(Array("#!/bin/sh\n".utf8)) }
    }

    @Test("a table of symbols at the end of all numbers is outside of the file", arguments: [2, 4, 6, 20] as [UInt64])
    func symbolsNowhere(before: UInt64) throws {
        let build = try GreeterBuild()
        var bytes = try PluginBench.read(build.folder + "/plugin.so")
        let reader = ELFReader(bytes: bytes)
        let (start, size, count) = (
            Int(try reader.u64(40)), Int(try reader.u16(58)), Int(try reader.u16(60))
        )
        let table = try #require((0..<count).map { start + $0 * size }.first { bytes[$0 + 4] == 11 })
        for (index, byte) in withUnsafeBytes(of: (UInt64.max - before).littleEndian, Array.init).enumerated() {
            bytes[table + 24 + index] = byte
        }
        #expect(throws: ELFLibrary.Problem.self) { try ELFLibrary(bytes) }
    }
}
