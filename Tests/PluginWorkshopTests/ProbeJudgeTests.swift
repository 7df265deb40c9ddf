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

    @Test("a rule that was broken once is broken, however often it was kept")
    func brokenWins() throws {
        func fact(_ status: Int64) -> LinkFrame {
            LinkFrame(ProbeFrame.fact, LinkFields().adding(PL_NAME, "sink.thread").adding(PL_STATUS, status))
        }
        #expect(try judged([fact(0), fact(1), fact(0)])["sink.thread"]?.outcome == .broken)
    }
}
