import DesiredState
import Foundation
import TestStage
import Testing

/// What a run leaves at the server, with real processes.
@Suite struct ArtifactTests {
    /// As the fixture fills it.
    private static func content(_ size: Int) -> Data { Data((0..<size).map { UInt8(truncatingIfNeeded: $0 * 31 / 7) }) }

    private static func artifacts(_ run: String, _ server: StageServer) async throws -> [JSONValue] {
        try await server.get("artifacts", "--run", run)
    }

    /// Starts the task and returns its run without waiting for its end.
    private static func start(_ parameters: String, _ server: StageServer) async throws -> String {
        try await server.task("artifact", parameters: parameters)
        try await server.operate("run", "artifact", "--device", "web1")
        return try #require(try await server.get("runs").first?["metadata"]?["uid"]?.stringValue)
    }

    private static func files(_ folder: String) -> [String] {
        ((try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []).filter {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(folder)/\($0)", isDirectory: &isFolder)
                && !isFolder.boolValue
        }
    }

    @Test func `an artifact comes up, is listed with its run, and is downloaded, also in two parts`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        let size = 3_000_001
        let run = try await Self.start("{size: \(size), name: dump.bin}", server)
        try await eventually("the artifact is there\n\(agent.process.text.suffix(1_500))") {
            try await Self.artifacts(run, server).count == 1
        }
        let listed = try #require(try await Self.artifacts(run, server).first)
        #expect(listed["name"] == "dump.bin" && listed["size"] == .integer(Int64(size)))
        try await server.operate("artifact", "download", run, "dump.bin", "--file", stage.path("whole"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: stage.path("whole"))) == Self.content(size))
        // A beginning that is there is not fetched again.
        try Self.content(1_234_567).write(to: URL(fileURLWithPath: stage.path("cut.part")))
        try await server.operate("artifact", "download", run, "dump.bin", "-O", stage.path("cut"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: stage.path("cut"))) == Self.content(size))
        let missing = try await server.martlet(["artifact", "download", run, "other", "-O", stage.path("other")])
        #expect(missing.code == 3 && missing.errors.contains("dump.bin"))
        try await eventually("the device keeps nothing") { Self.files(stage.path("web1/artifacts")).isEmpty }
    }

    @Test func `an agent that is killed in the midst of an upload goes on where it was`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        var agent = try await StageAgent.joinConnected(server)
        await agent.stop()
        agent = try await StageAgent.start(
            stage, name: "web1", environment: ["MARTLET_FAILPOINT": "artifact-piece-stored:2"])
        try await eventually("connected") { try await server.presence("web1") == "connected" }
        let size = 4 << 20
        let run = try await Self.start("{size: \(size)}", server)
        #expect(await agent.process.end() != 0)
        let partial = stage.path("server/artifacts/partial")
        let name = try #require(Self.files(partial).first)
        let before = try FileManager.default.attributesOfItem(atPath: "\(partial)/\(name)")
        #expect(before[.size] as? Int == 3 * (512 << 10))
        #expect(try await Self.artifacts(run, server).isEmpty)
        agent = try await StageAgent.start(stage, name: "web1")
        try await eventually("the rest came\n\(agent.process.text.suffix(1_500))") {
            try await Self.artifacts(run, server).count == 1
        }
        let whole = try #require(Self.files(stage.path("server/artifacts")).first)
        let after = try FileManager.default.attributesOfItem(atPath: stage.path("server/artifacts/\(whole)"))
        #expect(after[.systemFileNumber] as? Int == before[.systemFileNumber] as? Int, "the same file, gone on with")
        #expect(after[.posixPermissions] as? Int == 0o600)
        #expect(
            try Data(contentsOf: URL(fileURLWithPath: stage.path("server/artifacts/\(whole)"))) == Self.content(size))
    }

    @Test func `a connection that is cut, and a server that was away, cost no artifact`() async throws {
        let stage = try Stage()
        var server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        let run = try await Self.start("{size: 2000000}", server)
        await server.stop(signal: SIGKILL)
        server = try await server.startAgain()
        try await eventually("it came\n\(agent.process.text.suffix(1_500))") {
            try await Self.artifacts(run, server).first?["size"] == 2_000_000
        }
    }

    @Test func `an artifact over the server's quota is refused by name, and told`() async throws {
        let stage = try Stage(serverExtra: "artifacts: {perArtifact: 1MiB}")
        let server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        let run = try await Self.start("{size: 2000000}", server)
        try await eventually("the refusal is told\n\(agent.process.text.suffix(1_500))") {
            try await server.events(type: "artifact.refused").contains {
                let text = $0["spec"]?["text"]?.stringValue ?? ""
                return text.contains(run) && text.contains("artifacts.perArtifact of the server is 1048576")
            }
        }
        #expect(try await Self.artifacts(run, server).isEmpty)
        try await eventually("and it waits no longer") { Self.files(stage.path("web1/artifacts")).isEmpty }
    }

    @Test func `what a run did not finish is dropped with it`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        let run = try await server.startTask("artifact", parameters: "{size: 100000, finish: 0}")
        #expect(run["status"]?["state"] == "succeeded", "\(agent.process.text.suffix(1_500))")
        try await eventually("nothing is left on the device") { Self.files(stage.path("web1/artifacts")).isEmpty }
        #expect(try await server.get("artifacts", "--run", run["metadata"]?["uid"]?.stringValue ?? "").isEmpty)
    }
}
