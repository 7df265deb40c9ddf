import DesiredState
import DurableFiles
import Glibc
import PluginTestBench
import Testing

@testable import AgentPlugins

struct ArtifactSpoolTests {
    private static let run = [UInt8](repeating: 0xAB, count: 16)

    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func spool(perArtifact: Int64 = 1_000, perDevice: Int64 = 1_500) -> ArtifactSpool {
        var limits = ArtifactSpoolLimits()
        limits.perArtifact = perArtifact
        limits.perDevice = perDevice
        return ArtifactSpool(dataDirectory: directory.path, limits: limits, finished: {})
    }

    private static func piece(_ size: Int, at offset: Int64 = 0, name: String = "a") -> ArtifactPiece {
        ArtifactPiece(run: run, name: name, offset: offset, bytes: [UInt8](repeating: 7, count: size))
    }

    @Test func `what is finished waits with its bytes and hash, for the agent's user alone, over a new start`()
        async throws
    {
        let spool = spool()
        #expect(await spool.append(Self.piece(400)).status == .done)
        #expect(await spool.append(Self.piece(300, at: 400)).status == .done)
        #expect(await spool.waiting().isEmpty)
        #expect(await spool.finish(run: Self.run, name: "a") == .done)
        #expect(await spool.append(Self.piece(10, name: "open")).status == .done)
        let restarted = self.spool()
        await restarted.recover()
        let waiting = await restarted.waiting()
        let artifact = try #require(waiting.first)
        #expect(waiting.count == 1 && artifact.run == Self.run && artifact.name == "a" && artifact.size == 700)
        #expect(restarted.digest(of: artifact) == Digest.sha256([UInt8](repeating: 7, count: 700)))
        var status = stat()
        #expect(stat(artifact.path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(await restarted.finish(run: Self.run, name: "open").status == .notFound, "what was open is gone")
        await restarted.remove(artifact)
        #expect(await restarted.waiting().isEmpty)
    }

    @Test func `a piece that does not follow is refused, and one at the beginning begins anew`() async throws {
        let spool = spool()
        _ = await spool.append(Self.piece(400))
        #expect(await spool.append(Self.piece(1, at: 399)).message == "expected a piece at 400 or 0, got 399")
        #expect(await spool.append(Self.piece(5)).status == .done)
        _ = await spool.finish(run: Self.run, name: "a")
        #expect(await spool.waiting().first?.size == 5)
    }

    @Test func `each quota is refused by name, and what left the device counts no longer`() async throws {
        let spool = spool()
        #expect(await spool.append(Self.piece(1_001)).message.contains("at most 1000 bytes"))
        #expect(await spool.append(Self.piece(1_000)).status == .done)
        let refused = await spool.append(Self.piece(501, name: "b"))
        #expect(refused.status == .exhausted && refused.message.contains("at most 1500 bytes, and 1000 wait"))
        #expect(await spool.append(Self.piece(500, name: "b")).status == .done)
        _ = await spool.finish(run: Self.run, name: "a")
        if let artifact = await spool.waiting().first { await spool.remove(artifact) }
        #expect(await spool.append(Self.piece(1_000, name: "c")).status == .done)
    }

    @Test func `a run that ended leaves nothing that it did not finish`() async throws {
        let spool = spool()
        _ = await spool.append(Self.piece(10, name: "whole"))
        _ = await spool.finish(run: Self.run, name: "whole")
        _ = await spool.append(Self.piece(10, name: "open"))
        await spool.runEnded([UInt8](repeating: 1, count: 16))
        #expect(FolderNames.of("\(directory.path)/artifacts/open").count == 1, "another run's end is none of its")
        await spool.runEnded(Self.run)
        #expect(FolderNames.of("\(directory.path)/artifacts/open").isEmpty)
        #expect(await spool.waiting().map(\.name) == ["whole"])
    }
}
