import DesiredState
import Testing

@Suite struct ApplicationEntryTests {
    private static let stack = PolicyStack(
        policies: [
            PolicyLayer(
                name: "base", settings: ["disk": 80, "cpu": ["warn": 70, "fail": 90]], locks: [SettingsPath(["disk"])],
                profiles: [
                    PolicyLayer.Profile(
                        name: "away", condition: .any([.unreachable(seconds: 3_600), .labels(["role": "laptop"])]),
                        settings: ["sample": 300])
                ]),
            PolicyLayer(name: "desks", settings: ["disk": 99, "cpu": ["warn": 75]]),
        ], device: DeviceSettings(name: "web-1", settings: ["disk": 1, "memory": 50]))

    private static func text(_ entry: ApplicationEntry) -> String { CanonicalJSON.text(entry.json) }

    @Test func `an entry without locks, profiles and settings of the device is what it always was`() {
        let stack = PolicyStack(policies: [PolicyLayer(name: "p", settings: ["disk": 80])])
        #expect(Self.text(stack.entry(labels: [:])) == #"{"settings":{"disk":80}}"#)
    }

    @Test func `an entry with all of it has the golden bytes`() {
        #expect(
            Self.text(Self.stack.entry(labels: [:]))
                == #"{"base":{"cpu":{"fail":90,"warn":75},"disk":80},"device":{"name":"web-1","settings":{"disk":1,"memory":50}},"#
                + #""locks":[{"by":"policy base","level":0,"path":"/disk"}],"profiles":[{"level":0,"name":"away","policy":"base","#
                + #""settings":{"sample":300},"when":{"unreachableSeconds":3600}}],"settings":{"cpu":{"fail":90,"warn":75},"#
                + #""disk":80,"memory":50}}"#)
    }

    @Test func `labels that hold leave a profile without condition, which an agent before profiles gets too`() {
        let entry = Self.stack.entry(labels: ["role": "laptop"])
        #expect(entry.profiles.map(\.condition) == [.always])
        #expect(entry.json["settings"]?["sample"] == 300)
    }

    @Test func `an entry of a server before locks is read`() {
        let (document, problems) = DeviceDocument.read(entries: ["one": Array(#"{"settings":{"disk":80}}"#.utf8)])
        #expect(problems.isEmpty)
        #expect(document.applications == ["one": ApplicationEntry(settings: ["disk": 80])])
    }

    @Test(arguments: [
        (#"{"settings":1}"#, "settings"), (#"{"settings":{},"base":1}"#, "base"),
        (#"{"settings":{},"locks":1}"#, "locks"),
        (#"{"settings":{},"locks":[{"path":"disk","by":"p","level":0}]}"#, "JSON pointer"),
        (#"{"settings":{},"locks":[{"path":"/disk","by":"p","level":-1}]}"#, "level"),
        (
            #"{"settings":{},"profiles":[{"name":"p","policy":"q","level":0,"settings":{},"when":{"moon":"full"}}]}"#,
            "condition"
        ),
        (
            #"{"settings":{},"profiles":[{"name":"p","policy":"q","level":0,"settings":{},"when":{"network":["10.0.0.0/99"]}}]}"#,
            "condition"
        ),
    ])
    func `what cannot be read is named and not guessed at`(text: String, reason: String) {
        let (document, problems) = DeviceDocument.read(entries: ["one": Array(text.utf8)])
        #expect(document.applications.isEmpty)
        #expect(problems.first?.reason.contains(reason) == true)
    }

    @Test func `an explanation has value, source, lock and what was overridden of every setting`() throws {
        let layered = Self.stack.explained(labels: [:], local: ["sample": 7, "disk": 2]) { _ in true }
        let schema = try SettingsSchema(json: [
            "type": "object", "properties": ["quiet": ["type": "boolean", "default": false]],
        ])
        let all = SettingExplanation.all(of: layered, schema: schema)
        #expect(all.map { "\($0.path)" } == ["/cpu/fail", "/cpu/warn", "/disk", "/memory", "/quiet", "/sample"])
        #expect(
            all.map { "\($0.source)" } == [
                "policy base", "policy desks", "policy base", "application settings web-1", "default", "local user",
            ])
        #expect(all.map { $0.lock?.holder } == [nil, nil, "policy base", nil, nil, nil])
        #expect(
            all[2].overridden.map { "\($0.source): \(CanonicalJSON.text($0.value))" } == [
                "policy desks: 99", "application settings web-1: 1", "local user: 2",
            ])
        #expect(all[2].overridden.allSatisfy { $0.lock?.holder == "policy base" })
        #expect(all[5].overridden.map { "\($0.source)" } == ["profile away of policy base"])
        #expect(all[5].overridden.first?.lock == nil)
    }
}
