import Foundation
import TestStage
import Testing

/// The agent is light: what it must not link, by library and by module.
struct AgentLinkTests {
    /// Full Foundation brings ICU with it, and 12 MB of resident memory.
    static let libraries = ["libFoundation.so", "lib_FoundationICU", "libFoundationNetworking", "libFoundationXML"]
    /// Swift modules that are linked statically show by the names of their symbols: `$s`, length, name.
    static let modules = [
        "Hummingbird", "HummingbirdCore", "GRDB", "Yams", "X509", "Crypto", "_CryptoExtras", "AsyncHTTPClient",
        "NIOHTTP2", "NIOFoundationCompat", "ServerCore", "ServerStore", "AgentGateway", "OperatorAPI", "Manifests",
    ]

    private func output(_ program: String, _ arguments: [String]) async throws -> String {
        let outcome = try await Outcome.of(URL(fileURLWithPath: program), arguments)
        try outcome.expect(0)
        return outcome.output
    }

    @Test(.tags(.R21)) func `the agent links neither the full Foundation nor anything of the server`() async throws {
        let agent = Products.executable("martlet-agent").path
        let loaded = try await output("/usr/bin/ldd", [agent])
        for library in Self.libraries { #expect(!loaded.contains(library), "\(library)") }
        let symbols = try await output("/usr/bin/nm", ["--defined-only", agent])
        // The test sees modules at all: those that are there.
        for module in ["AgentCore", "NIOCore"] { #expect(symbols.contains("$s\(module.count)\(module)"), "\(module)") }
        for module in Self.modules { #expect(!symbols.contains("$s\(module.count)\(module)"), "\(module)") }
    }

    @Test(.tags(.R21)) func `the plugin host as it is installed links the C library and nothing else`() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("mt-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let script = Products.root.appendingPathComponent("scripts/build-release").path
        _ = try await output("/usr/bin/env", ["ONLY_C=1", script, directory.path])
        let loaded = try await output(
            "/usr/bin/ldd", [directory.appendingPathComponent("martlet-plugin-host").path])
        #expect(loaded.contains("libc.so"))
        for library in ["libswift", "libFoundation", "libdispatch", "libcrypto", "libstdc++"] {
            #expect(!loaded.contains(library), "\(library)")
        }
    }
}
