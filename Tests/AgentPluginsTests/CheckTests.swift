import DesiredState
import PluginLink
import PluginPackage
import PluginTestBench
import Testing

@testable import AgentPlugins

/// What a plugin says, against its manifest; no I/O.
@Suite(.tags(.R23))
struct CheckTests {
    private let manifest: PluginManifest

    init() throws {
        let path = "\(Built.sources)/Plugins/Fixture/plugin.yaml"
        manifest = try PluginManifest(yaml: try PluginBench.read(path), file: path)
    }

    @Test("an event of the manifest passes as it was said")
    func goodEvent() throws {
        let event = try EventCheck.event(frame(), manifest: manifest)
        #expect(event.type == "fixture.alarm" && event.severity == .critical && event.text == "text")
        #expect(event.id == Array(1...16) && event.time == 5 && event.data == Array(#"{"number":1}"#.utf8))
        #expect(event.application == "martlet.fixture")
    }

    @Test("an event without data passes")
    func eventWithoutData() throws {
        #expect(try EventCheck.event(frame(data: ""), manifest: manifest).data.isEmpty)
    }

    @Test("an event that does not fit is refused")
    func badEvents() {
        let bad = [
            frame(id: [1, 2]), frame(severity: 0), frame(severity: 5), frame(type: "made.up"), frame(time: 0),
            frame(data: "[1]"), frame(data: "{"), frame(text: Array(repeating: 0x61, count: 8300)), frame(text: [0xFF]),
            frame(instance: String(repeating: "i", count: 129)), frame(severity: 2, type: "fixture.note"),
        ]
        for frame in bad { #expect(throws: Refusal.self) { try EventCheck.event(frame, manifest: manifest) } }
    }

    @Test("an event may be less severe than its manifest says, not more")
    func severityOfManifest() throws {
        #expect(try EventCheck.event(frame(severity: 1, type: "fixture.note"), manifest: manifest).severity == .info)
        #expect(try EventCheck.event(frame(severity: 2), manifest: manifest).severity == .warning)
        #expect(throws: Refusal("event fixture.note says critical, the manifest info at most")) {
            try EventCheck.event(frame(severity: 4, type: "fixture.note"), manifest: manifest)
        }
    }

    @Test("a state's word of a later version is `unknown`, not an error")
    func laterState() throws {
        let reports = try StateCheck.instances(Array(#"{"instances":[{"instance":"a","state":"hibernating"}]}"#.utf8))
        #expect(reports == [InstanceReport(instance: "a", state: .unknown, version: "", details: [:])])
    }

    @Test(
        "a state that does not fit is refused",
        arguments: [
            "", "{}", "[]", #"{"instances":[{}]}"#, #"{"instances":[{"state":"running","details":[]}]}"#,
            #"{"instances":[{"state":"running"},{"state":"stopped"}]}"#,
            #"{"instances":[{"instance":1,"state":"running"}]}"#,
        ])
    func badStates(document: String) {
        #expect(throws: Refusal.self) { try StateCheck.instances(Array(document.utf8)) }
    }

    @Test("a labelled series is that of the name before the brace")
    func labelledSeries() throws {
        let document =
            #"{"instances":[{"values":[{"name":"running{a}","value":1},{"name":"running{b}","value":2.5}]}]}"#
        let result = try StatisticsCheck.reports(Array(document.utf8), manifest: manifest, time: 9)
        #expect(result.reports.first?.values.map(\.name) == ["running{a}", "running{b}"])
        #expect(result.reports.first?.time == 9 && result.refusals.isEmpty)
    }

    @Test("a counter without a start, a series without a value and an unknown one are left out, the rest stays")
    func badSeries() throws {
        let document = #"""
            {"instances":[{"values":[{"name":"events.emitted","value":1},{"name":"running"},{"name":"other","value":1},
            {"name":"running","value":1}]}]}
            """#
        let result = try StatisticsCheck.reports(Array(document.utf8), manifest: manifest, time: 9)
        #expect(result.reports.first?.values.map(\.name) == ["running"])
        #expect(result.refusals.count == 3)
    }

    @Test("more series than the limit are refused as a whole")
    func tooManySeries() {
        let series = (0...StatisticsCheck.seriesLimit).map { #"{"name":"running{\#($0)}","value":1}"# }.joined(
            separator: ",")
        let document = #"{"instances":[{"values":[\#(series)]}]}"#
        #expect(throws: Refusal.self) {
            try StatisticsCheck.reports(Array(document.utf8), manifest: manifest, time: 9)
        }
    }

    @Test("a request for another unit is not permitted, an unknown action is invalid")
    func serviceRequests() throws {
        let good = LinkFrame(PL_SERVICE, LinkFields().adding(PL_NAME, "fixture").adding(PL_ACTION, 3))
        let grants = PluginGrants()
        #expect(try RequestCheck.service(good, manifest: manifest, grants: grants).action == .restart)
        let foreign = LinkFrame(PL_SERVICE, LinkFields().adding(PL_NAME, "sshd").adding(PL_ACTION, 3))
        #expect(throws: Refusal("unit sshd is not in the plugin's manifest", .notPermitted)) {
            try RequestCheck.service(foreign, manifest: manifest, grants: grants)
        }
        let strange = LinkFrame(PL_SERVICE, LinkFields().adding(PL_NAME, "fixture").adding(PL_ACTION, 99))
        #expect(throws: Refusal.self) { try RequestCheck.service(strange, manifest: manifest, grants: grants) }
    }

    @Test("a plugin that came in a package has nothing that nobody granted, whatever its manifest names")
    func packagedGrants() {
        let id = manifest.id
        var asked = manifest
        asked.paths = [PluginPathGrant(path: "/etc/fixture", reason: "")]
        let file = "/etc/fixture/x.conf"
        #expect(PluginGrants().refusal(of: "fixture", for: asked) == nil)
        #expect(PluginGrants().refusal(ofPath: file, for: asked) == nil)
        #expect(PluginGrants().refusal(of: "fixture", for: asked, isPackaged: true)?.kind == .notPermitted)
        #expect(PluginGrants().refusal(ofPath: file, for: asked, isPackaged: true)?.kind == .notPermitted)
        let owner = PluginGrants(units: [id: ["fixture"]], paths: [id: ["/etc/fixture"]])
        var signed = PluginGrants()
        signed.signedUnits = [id: ["fixture", "sshd"]]
        signed.signedPaths = [id: ["/etc/fixture", "/etc/shadow"]]
        for grants in [owner, signed] {
            #expect(grants.refusal(of: "fixture", for: asked, isPackaged: true) == nil)
            #expect(grants.refusal(ofPath: file, for: asked, isPackaged: true) == nil)
            #expect(grants.refusal(of: "sshd", for: asked, isPackaged: true) != nil, "not in the manifest")
            #expect(grants.refusal(ofPath: "/etc/shadow", for: asked, isPackaged: true) != nil, "not in the manifest")
            #expect(grants.refusal(ofPath: "/etc/fixture/../shadow", for: asked, isPackaged: true) != nil)
        }
        let less = PluginGrants(paths: [id: ["/etc/fixture/a"]])
        #expect(less.refusal(ofPath: file, for: asked) != nil, "the owner grants less than the manifest names")
    }

    @Test("the host's owner grants fewer units than the manifest names, or those that it leaves to him, and no others")
    func unitGrants() {
        let id = manifest.id
        #expect(PluginGrants(units: [id: []]).refusal(of: "fixture", for: manifest)?.kind == .notPermitted)
        #expect(PluginGrants(units: [id: ["sshd"]]).refusal(of: "sshd", for: manifest) != nil, "not in the manifest")
        var open = manifest
        open.units = [PluginUnitGrant(unit: "*", reason: "")]
        #expect(PluginGrants().refusal(of: "sshd", for: open)?.reason.contains("grants.\(id).units") == true)
        let granted = PluginGrants(units: [id: ["sshd"]])
        #expect(granted.refusal(of: "sshd", for: open) == nil)
        for pattern in ["*", "ssh?", "[s]shd", "--all", "a b", ""] {
            #expect(PluginGrants(units: [id: [pattern]]).refusal(of: pattern, for: open) != nil)
        }
    }

    @Test("a file with set-user-id is not permitted")
    func fileModes() {
        let fields = LinkFields().adding(PL_NAME, "/var/lib/martlet-fixture/a").adding(PL_MODE, 0o4755)
        #expect(throws: Refusal.self) { try RequestCheck.file(LinkFrame(PL_FILE_WRITE, fields), manifest: manifest) }
    }

    @Test(
        "a storage key is one plain name",
        arguments: [("a", true), ("a.b-1", true), (".a", false), ("", false), ("a/b", false), ("A", false)])
    func storageKeys(key: String, isGood: Bool) {
        let frame = LinkFrame(PL_STORAGE_GET, LinkFields().adding(PL_NAME, key))
        #expect((try? RequestCheck.storageKey(frame)) == (isGood ? key : nil))
    }

    private func frame(
        id: [UInt8] = Array(1...16), severity: Int64 = 4, type: String = "fixture.alarm",
        text: [UInt8] = Array("text".utf8),
        data: String = #"{"number":1}"#, time: Int64 = 5, instance: String = ""
    ) -> LinkFrame {
        LinkFrame(
            PL_EVENT,
            LinkFields().adding(PL_EVENT_ID, id).adding(PL_SEVERITY, severity).adding(PL_EVENT_TYPE, type)
                .adding(PL_MESSAGE, text).adding(PL_DOCUMENT, data).adding(PL_TIME, time).adding(PL_INSTANCE, instance))
    }
}
