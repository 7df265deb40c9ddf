import AgentPlugins
import DesiredState
import PluginLink
import PluginPackage
import Testing

@testable import PluginWorkshop

@Suite struct ProbeJudgeTests {
    private static let yaml = """
        id: com.example.x
        name: X
        vendor: Example
        version: "1"
        abi: {major: 1, minor: 0}
        library: plugin.so
        settings: {type: object, properties: {size: {type: integer, default: 5}}}
        """

    private func judged(
        _ frames: [LinkFrame], end: ProbeRecord.End = .done, call: String? = nil
    ) throws -> [String: ConformanceResult] {
        let manifest = try PluginManifest(yaml: Array(Self.yaml.utf8), file: "plugin.yaml")
        var record = ProbeRecord(scenario: "life")
        (record.frames, record.end, record.call) = (frames, end, call)
        var findings = ConformanceFindings()
        ProbeJudge(record: record, manifest: manifest, settings: manifest.defaultSettings).judge(&findings)
        #expect(findings.unknown.isEmpty, "no finding is lost: \(findings.unknown)")
        return Dictionary(uniqueKeysWithValues: findings.results.map { ($0.check.id, $0) })
    }

    private func answer(_ call: String, _ document: String, status: Int64 = 0) -> LinkFrame {
        LinkFrame(
            ProbeFrame.end,
            LinkFields().adding(PL_NAME, call).adding(PL_STATUS, status).adding(PL_DOCUMENT, document))
    }

    @Test("settings that differ from those applied are drift, unless they stand in files that the probe did not write")
    func readBack() throws {
        let read = answer("read-settings", #"{"size": 7}"#)
        #expect(try judged([read])["settings.read-back"]?.outcome == .broken)
        let write = LinkFrame(Int(PL_FILE_WRITE), LinkFields().adding(PL_NAME, "/etc/x"))
        let result = try judged([write, read])
        #expect(result["settings.read-back"]?.outcome == .notSeen && result["file.declared"]?.outcome == .broken)
        #expect(try judged([answer("read-settings", #"{"size": 5}"#)])["settings.read-back"]?.outcome == .kept)
    }

    @Test("a call that is overdue is told by its deadline, a crash by the call in which it was")
    func ends() throws {
        let overdue = try judged([], end: .overdue, call: "apply-again")
        #expect(overdue["deadline.apply"]?.outcome == .broken && overdue["process.no-hang"]?.outcome == .broken)
        #expect(overdue["process.no-crash"]?.outcome == .notSeen)
        let crash = try judged([], end: .signalled(11), call: "read-state")["process.no-crash"]
        #expect(crash?.outcome == .broken && crash?.findings.first?.contains("read-state") == true)
    }

    @Test(
        "each call that is overdue is told by the deadline of its kind",
        arguments: [
            ("load", "load"), ("create", "create"), ("init", "init"), ("activate", "activate"),
            ("deactivate", "deactivate"), ("destroy", "destroy"), ("read-state", "read-state"),
            ("read-statistics", "read-statistics"), ("read-settings", "read-settings"),
            ("read-before-validate", "read-settings"), ("read-after-validate", "read-settings"),
            ("validate", "validate"), ("apply", "apply"), ("apply-again", "apply"), ("control", "control"),
            ("get_extension", "get-extension"), ("start-task", "start-task"), ("start-without-error", "start-task"),
            ("cancel-task", "cancel-task"), ("cancel-unknown", "cancel-task"), ("run", "run"),
        ])
    func overdue(call: String, deadline: String) throws {
        let broken = try judged([], end: .overdue, call: call).filter { $0.value.outcome == .broken }.keys
        #expect(broken.contains("deadline.\(deadline)") && broken.contains("process.no-hang"))
        #expect(broken.count { $0.hasPrefix("deadline.") } == 1)
    }

    @Test(
        "a plugin that does not live through what it must bear is told which rule that is",
        arguments: [("start-without-error", "errors.null"), ("cancel-unknown", "tasks.cancel-unknown")])
    func bears(call: String, rule: String) throws {
        for end: ProbeRecord.End in [.overdue, .signalled(11), .exited(3)] {
            #expect(try judged([], end: end, call: call)[rule]?.outcome == .broken)
        }
        #expect(try judged([], end: .signalled(11), call: "start-task")[rule]?.outcome == .notSeen)
    }

    @Test("a rule that was broken once is broken, however often it was kept")
    func brokenWins() throws {
        func fact(_ status: Int64) -> LinkFrame {
            LinkFrame(ProbeFrame.fact, LinkFields().adding(PL_NAME, "sink.thread").adding(PL_STATUS, status))
        }
        #expect(try judged([fact(0), fact(1), fact(0)])["sink.thread"]?.outcome == .broken)
    }
}
