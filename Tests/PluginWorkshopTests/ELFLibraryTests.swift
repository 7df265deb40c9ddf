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
}
