import AgentPlugins
import ClamAVManagement
import DesiredState
import DurableFiles
import FoundationEssentials
import Glibc
import PluginTestBench
import Testing

/// The plugin with a real clamd.
@Suite(.serialized)
struct ClamdTests {
    @Test("state is that of the engine: stopped, then running with its version", .tags(.R13, .R22))
    func reportsState() async throws {
        let clamd = try ClamdBench()
        try await clamd.bench.run { manager in
            try await clamd.bench.waitUntil(.running)
            let before = try await clamd.bench.report
            #expect(before.instances.map(\.state) == [.stopped])
            #expect(await manager.control(ClamdBench.id, instance: nil, .start) == .done)
            let after = try await clamd.bench.report
            #expect(after.instances.map(\.state) == [.running])
            #expect(after.instances.first?.version.hasPrefix("1.") == true)
            #expect(await manager.control(ClamdBench.id, instance: nil, .stop) == .done)
        }
    }

    @Test("a policy changes whether clamd detects an unwanted tool", .tags(.R22))
    func policyChangesDetection() async throws {
        let clamd = try ClamdBench()
        try await clamd.run {
            let before = try threats(await clamd.scan(clamd.unwanted))
            #expect(before == [])
            #expect(await clamd.manager.apply(["detectPua": true], to: ClamdBench.id) == .applied)
            let detected = try threats(await clamd.scan(clamd.unwanted))
            #expect(detected == ["PUA.Test.Tool.UNOFFICIAL"])
            #expect(await clamd.manager.settingsInForce(of: ClamdBench.id)?["detectPua"] == true)
            #expect(await clamd.manager.apply(["detectPua": false], to: ClamdBench.id) == .applied)
            let after = try threats(await clamd.scan(clamd.unwanted))
            #expect(after == [])
        }
    }

    @Test("an excluded path is not scanned", .tags(.R22))
    func excludesPath() async throws {
        let clamd = try ClamdBench()
        try await clamd.run {
            let outcome = await clamd.manager.apply(["excludePaths": ["/files/eicar"]], to: ClamdBench.id)
            #expect(outcome == .applied)
            let report = try report(await clamd.scan())
            #expect(report.threats == [] && report.excluded == 1 && report.files == 2)
        }
    }

    @Test(
        "a threat is an event at once, with its name and place, and counts in the statistics", .tags(.R15, .R16, .R22))
    func reportsThreat() async throws {
        let clamd = try ClamdBench()
        try await clamd.run {
            let update = try await clamd.scan()
            #expect(update.state == .succeeded)
            let report = try report(update)
            #expect(report.files == 3 && report.threatCount == 1 && report.errors == 0)
            #expect(report.threats.map(\.path) == [clamd.threat])
            let event = try #require(clamd.events("threat.found").first)
            #expect(event.severity == .critical)
            #expect(event.text == "Eicar-Test-Signature.UNOFFICIAL in \(clamd.threat)")
            let data = try JSONValue(parsing: event.data)
            #expect(data["path"]?.stringValue == clamd.threat)
            let values = await clamd.manager.statistics().flatMap(\.values)
            #expect(values.first { $0.name == "scan.files" }?.value == 3)
            #expect(values.first { $0.name == "scan.threats" }?.value == 1)
        }
    }

    @Test("clamd is stopped, started and restarted, and is never the plugin's or the agent's child", .tags(.R18, .R22))
    func controlsDaemon() async throws {
        let clamd = try ClamdBench()
        try await clamd.run {
            let first = try #require(clamd.daemon)
            #expect(parent(of: first) != getpid())
            #expect(await clamd.manager.control(ClamdBench.id, instance: nil, .restart) == .done)
            let second = try #require(clamd.daemon)
            #expect(first != second && isGone(first))
            #expect(await clamd.manager.control(ClamdBench.id, instance: nil, .stop) == .done)
            #expect(isGone(second))
            let report = try await clamd.bench.report
            #expect(report.instances.map(\.state) == [.stopped])
            #expect(clamd.events("engine.stopped").map(\.severity) == [.info], "an operator asked for it")
        }
    }

    @Test("an engine that dies by itself is an event of severity failure", .tags(.R16))
    func noticesDeath() async throws {
        let clamd = try ClamdBench()
        try await clamd.run {
            #expect(await clamd.manager.apply(["checkSeconds": 1], to: ClamdBench.id) == .applied)
            let daemon = try #require(clamd.daemon)
            kill(daemon, SIGKILL)
            try await clamd.bench.recorder.wait("engine.stopped") { heard in
                heard.events.contains { $0.type == "engine.stopped" && $0.severity == .failure }
            }
            try await clamd.bench.wait("state is stopped") { $0.instances.map(\.state) == [.stopped] }
        }
    }

    @Test("clamd outlives plugin and agent", .tags(.R22))
    func outlivesAgent() async throws {
        let clamd = try ClamdBench()
        await clamd.manager.start()
        try await clamd.bench.waitUntil(.running)
        #expect(await clamd.manager.control(ClamdBench.id, instance: nil, .start) == .done)
        let daemon = try #require(clamd.daemon)
        await clamd.manager.shutdown()
        #expect(!isGone(daemon))
        kill(daemon, SIGKILL)
    }

    @Test("clamd outlives the plugin's process, which comes back to it", .tags(.R22, .R23))
    func outlivesHost() async throws {
        let clamd = try ClamdBench()
        try await clamd.run {
            let daemon = try #require(clamd.daemon)
            let host = try #require(try await clamd.bench.report.health.pid)
            kill(host, SIGKILL)
            try await clamd.bench.wait("the plugin is back and sees clamd") {
                $0.health.pid != host && $0.health.state == .running && $0.instances.map(\.state) == [.running]
            }
            #expect(isGone(host))
            #expect(!isGone(daemon) && clamd.daemon == daemon, "the same clamd as before")
        }
    }

    @Test("settings that change nothing restart nothing", .tags(.R22))
    func keepsRunning() async throws {
        let clamd = try ClamdBench()
        try await clamd.run {
            #expect(await clamd.manager.apply(["detectPua": true], to: ClamdBench.id) == .applied)
            let daemon = clamd.daemon
            #expect(await clamd.manager.apply(["detectPua": true, "checkSeconds": 60], to: ClamdBench.id) == .applied)
            #expect(clamd.daemon == daemon)
        }
    }

    @Test("settings with which clamd does not start again are taken back", .tags(.R22))
    func takesBack() async throws {
        let clamd = try ClamdBench()
        try await clamd.run {
            let before = try PluginBench.read(clamd.configuration)
            // Without a database clamd does not start.
            for file in ["local.hdb", "local.hdu"] { unlink("\(clamd.root)/db/\(file)") }
            let outcome = await clamd.manager.apply(["detectPua": true], to: ClamdBench.id)
            guard case .failed(let problem) = outcome else { throw Failure("\(outcome)") }
            #expect(problem.reason.contains("clamav-daemon"))
            #expect(try PluginBench.read(clamd.configuration) == before)
            let report = try await clamd.bench.report
            #expect(report.settingsProblem == problem)
            try await clamd.bench.wait("state is stopped") { $0.instances.map(\.state) == [.stopped] }
        }
    }

    @Test("an update brings a signature with which a file is found", .tags(.R14, .R22))
    func updatesDatabase() async throws {
        let clamd = try ClamdBench()
        try await clamd.run {
            let before = try threats(await clamd.scan(clamd.clean))
            #expect(before == [])
            let update = try await clamd.bench.perform("update-database")
            #expect(update.state == .succeeded)
            // clamd loads in the background: the condition is what it finds.
            var found: [String] = []
            let end = ContinuousClock.now + .seconds(20)
            while found.isEmpty, ContinuousClock.now < end { found = try threats(await clamd.scan(clamd.clean)) }
            #expect(found == ["Test.Added.UNOFFICIAL"])
        }
    }

    @Test("an update that fails says what freshclam said", .tags(.R14))
    func reportsFailedUpdate() async throws {
        let clamd = try ClamdBench()
        try await clamd.run {
            unlink("\(clamd.root)/mirror/new.hdb")
            let update = try await clamd.bench.perform("update-database")
            guard case .failed(let message) = update.state else { throw Failure("\(update)") }
            #expect(message.contains("freshclam ended with"))
        }
    }

    private func report(_ update: PluginRunUpdate) throws -> ScanReport {
        try JSONDecoder().decode(ScanReport.self, from: Data(update.result))
    }

    private func threats(_ update: PluginRunUpdate) throws -> [String] { try report(update).threats.map(\.name) }

    /// Also when nobody has collected it: init does not in every container.
    private func isGone(_ pid: Int32) -> Bool { stat(of: pid).first.map { $0 == "Z" } ?? true }

    private func parent(of pid: Int32) -> Int32? { stat(of: pid).dropFirst().first.flatMap { Int32($0) } }

    /// The words of /proc/PID/stat behind the name: state, parent and so on; none when there is no such process.
    private func stat(of pid: Int32) -> [Substring] {
        let text = (try? FileBytes.read("/proc/\(pid)/stat")).flatMap { $0 } ?? []
        return String(decoding: text, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
    }
}
