import AgentPlugins
import DesiredState
import Glibc
import PluginLink
import PluginTestBench
import Testing

/// Too much of everything: memory, events. It is bounded, and the others go on.
@Suite(.serialized, .tags(.R16, .R23))
struct HostileLoadTests {
    @Test("memory beyond the manifest's limit is not had, and the end says so")
    func grows() async throws {
        let bench = try PluginBench.fixture(
            manifest: { $0.replacing("memory: 256MiB", with: "memory: 64MiB") }, configure: impatient)
        try Neighbour.install(beside: bench)
        try await bench.run { _ in
            let neighbour = try await Neighbour.meet(bench)
            let update = try await bench.perform("grow")
            guard case .lost = update.state else { throw Failure("\(update)") }
            try await bench.recorder.wait("the end is reported") { !$0.ends.isEmpty }
            let line = try #require(bench.recorder.heard.ends.first?.lastLines.last)
            let words = line.split(separator: " ")
            #expect(line.hasPrefix("fixture: out of memory after"), "\(line)")
            let mebibytes = try #require(words.dropLast().last.flatMap { Int($0) })
            #expect(mebibytes < 64, "the limit of the manifest")
            #expect(await neighbour.isWell(bench))
            try await bench.waitUntil(.running)
        }
    }

    @Test("a flood of events is taken as fast as they are stored, and the others go on")
    func floods() async throws {
        let bench = try PluginBench.fixture(configure: impatient)
        try Neighbour.install(beside: bench)
        try await bench.run { manager in
            let neighbour = try await Neighbour.meet(bench)
            bench.recorder.keepsEvents = false
            let run = try await bench.start("emit", #"{"count": \#(Self.flood)}"#)
            try await bench.recorder.poll("it floods") { bench.recorder.count(of: bench.id) > 5_000 }
            // In the middle of it: the other plugin answers, this one takes a call, and neither process grows.
            #expect(await neighbour.isWell(bench))
            #expect(await manager.control(bench.id, instance: nil, .stop) == .done)
            let pid = try #require(try await bench.report.health.pid)
            var (resident, dirty): (UInt64, UInt64) = (0, 0)
            #expect(pl_memory(pid, &resident, &dirty) == 0)
            #expect(dirty < 16 << 10, "KiB of its own, of which 1,024 events and 1 MiB may wait")
            #expect(bench.recorder.count(of: bench.id) < Self.flood, "the flood goes on")
            let end = try await bench.end(of: run, atMost: .seconds(600))
            #expect(end.state == .succeeded)
            #expect(bench.recorder.count(of: bench.id) == Self.flood)
            #expect(await neighbour.isWell(bench))
        }
    }

    /// A million with MARTLET_SOAK=1.
    private static let flood = getenv("MARTLET_SOAK") == nil ? 200_000 : 1_000_000
}
