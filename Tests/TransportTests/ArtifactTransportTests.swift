import DeviceProtocol
import NIOHTTP1
import Testing

@testable import AgentCore

/// What a device may bring over the agents' port.
@Suite struct ArtifactTransportTests {
    @Test func `a device brings an artifact of its own run, piece by piece, and of no other device's`() async throws {
        let bench = try await Bench()
        let own = ArtifactProtocol.path(run: try await bench.run(of: bench.uid), name: "a.bin")
        let foreign = ArtifactProtocol.path(run: try await bench.run(of: DeviceUID.make(now: 1)), name: "a.bin")
        let link = try await HTTPLink.open(bench.connector)
        let digest = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"  // of one zero byte
        func put(_ path: String, offset: Int = 0, digest: String) async throws -> UInt {
            try await link.call(
                .PUT, path, ["upload-offset": "\(offset)", "upload-length": "1", "upload-digest": digest], [0]
            ).status.code
        }
        #expect(try await link.call(.HEAD, foreign, [:], []).status.code == 403)
        #expect(try await put(foreign, digest: digest) == 403)
        #expect(
            try await link.call(.HEAD, ArtifactProtocol.path(run: RunID.make(now: 1), name: "a"), [:], []).status.code
                == 404)
        let before = try await link.call(.HEAD, own, [:], [])
        #expect(before.status.code == 200 && before.headers.first(name: "upload-offset") == "0")
        #expect(try await link.call(.PUT, own, [:], [0]).status.code == 400, "without its headers")
        #expect(try await put(own, digest: String(repeating: "0", count: 64)) == 422)
        #expect(try await put(own, digest: digest) == 200)
        let after = try await link.call(.HEAD, own, [:], [])
        #expect(after.headers.first(name: "upload-complete") == "true")
        await link.close()
        let stranger = try await HTTPLink.open(bench.anonymous)
        #expect(try await stranger.call(.HEAD, own, [:], []).status.code == 401)
        await stranger.close()
    }
}
