import DesiredState
import Foundation
import TestStage
import Testing

/// Peers that break every rule there is, many at once, and what they cost.
@Suite(.enabled(if: PythonEnvironment.isThere, Comment(rawValue: PythonEnvironment.reason)))
struct MisbehavingPeerTests {
    /// Peers of one kind at once; of one device as many as it may have connections.
    /// Two hundred with MARTLET_SOAK=1: beside all other tests they would leave no processor to them.
    private static let peers = getenv("MARTLET_SOAK") == nil ? 60 : 200
    private static let devices = 8
    /// KiB of the server's memory that a peer may take whom nobody knows.
    private static let limit = 64

    static let unknown = [
        "half-open", "slow-handshake", "no-tls", "silent-after-handshake", "slow-head", "slow-body", "one-record",
        "crumbs",
        "truncated", "oversized", "endless-chunks", "endless-head", "one-endless-header", "bomb",
    ]
    static let known = [
        "device-bomb", "device-oversized", "device-truncated", "device-out-of-order", "device-nonsense",
        "socket-too-large", "socket-continuation-first", "socket-nonsense", "socket-text", "socket-silent",
    ]

    @Test(
        "peers that never authenticate are ended by the server, and nobody else notices", .tags(.R18),
        arguments: unknown)
    func anonymous(kind: String) async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        #expect(try await memory(server, kind: kind) <= Self.limit)
        _ = try await beside(server, kind: kind, count: Self.peers)
        let newcomer = try await StageAgent.join(server, name: "web2")
        try await newcomer.synchronised()
        #expect(agent.process.isRunning && server.process.isRunning)
        #expect(try await server.presence("web1") == "connected")
    }

    @Test("devices that send nonsense harm only themselves", .tags(.R18), arguments: known)
    func devices(kind: String) async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        try await Stranger.certificate(server, name: "rogue", group: "root")
        let report = try await beside(server, kind: kind, count: Self.devices, device: "rogue")
        if kind == "device-out-of-order" {
            #expect(report["results"]?.objectValue?.keys.allSatisfy { $0.hasPrefix("answered") } == true, "\(report)")
        }
        #expect(agent.process.isRunning && server.process.isRunning)
        #expect(try await server.presence("web1") == "connected")
    }

    @Test("of one device's connections the newest eight stay", .tags(.R18))
    func everywhere() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        try await Stranger.certificate(server, name: "rogue", group: "root")
        let peers = try peers(server, kind: "device-everywhere", count: 60, device: "rogue")
        try await eventually("the others are ended\n\(peers.text)") {
            // Two may say it on one line.
            peers.text.components(separatedBy: "\"over\"").count == 53
        }
        let open = try await Outcome.of(
            URL(fileURLWithPath: "/bin/sh"),
            ["-c", "ss -Htn state established src 127.0.0.66 dport = :\(server.agentPort) | wc -l"])
        #expect(open.output.trimmingCharacters(in: .whitespacesAndNewlines) == "8")
    }

    /// Runs peers of a kind to their end while nothing else happens, so that what the server takes is theirs; prints it, and
    /// returns how many KiB a peer. What the first ones bring about for all is not counted.
    private func memory(_ server: StageServer, kind: String) async throws -> Int {
        _ = try await Self.report(of: peers(server, kind: kind, count: 4))
        let pid = server.process.pid
        let before = try Self.memory(of: pid, "VmRSS")
        // The peak counts from here.
        try "5".write(toFile: "/proc/\(pid)/clear_refs", atomically: false, encoding: .utf8)
        _ = try await Self.report(of: peers(server, kind: kind, count: Self.peers))
        let peak = try Self.memory(of: pid, "VmHWM")
        let each = (peak - before) / Self.peers
        print("\(Self.peers) × \(kind): server \(before) KiB before, \(peak) at most: \(each) a peer")
        return each
    }

    /// Runs peers of a kind to their end, while another device synchronises every half second.
    private func beside(
        _ server: StageServer, kind: String, count: Int, device: String? = nil
    ) async throws -> JSONValue {
        let process = try peers(server, kind: kind, count: count, device: device)
        var rounds = 0
        var longest = Duration.zero
        while true {
            let begun = ContinuousClock.now
            try await server.operate("sync", "web1", "--wait")
            longest = max(longest, ContinuousClock.now - begun)
            rounds += 1
            guard process.isRunning else { break }
            // The pace: each round starts a program, and others test beside us.
            try await Task.sleep(for: .milliseconds(500))
        }
        let report = try await Self.report(of: process)
        print(
            "\(count) × \(kind): the last ended after \(CanonicalJSON.text(report["slowest"] ?? .null)) s, as "
                + "\(CanonicalJSON.text(report["results"] ?? .null)); \(rounds) syncs of another device, \(longest) at most"
        )
        #expect(report["results"]?["still open"] == nil, "\(report)")
        return report
    }

    /// What peers of a kind say of how they ended.
    private static func report(of process: ChildProcess) async throws -> JSONValue {
        #expect(await process.end() == 0, "\(process.text.suffix(2_000))")
        return try JSONValue(parsing: process.text.split(separator: "\n").last.map(String.init) ?? "")
    }

    private func peers(_ server: StageServer, kind: String, count: Int, device: String? = nil) throws -> ChildProcess {
        let stage = server.stage
        let identity = device.map { [stage.path("\($0).pem"), stage.path("\($0).key")] } ?? []
        return try ChildProcess(
            PythonEnvironment.program("python"),
            [
                PythonEnvironment.script("Peers/misbehave.py"), "\(server.agentPort)", kind, "\(count)",
                stage.path("server/pki/root.pem"),
            ] + identity, log: stage.directory.appendingPathComponent("\(kind)-\(UUID().uuidString).log"))
    }

    /// KiB.
    private static func memory(of pid: Int32, _ field: String) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix(field + ":") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
