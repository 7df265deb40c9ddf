import DesiredState
import Manifests
import Testing

@Suite struct ManifestDecoderTests {
    private func problems(_ text: String) throws -> [FieldProblem] {
        let error = #expect(throws: ManifestError.self) { try ManifestDecoder.decode(text, file: "m.yaml") }
        return try #require(error).problems
    }

    @Test("every kind is read as its manifest says", .tags(.R24))
    func everyKind() throws {
        let manifests = try ManifestDecoder.decode(Self.fleet)
        #expect(manifests.map(\.kind) == [.group, .policy, .task, .enrollmentToken, .device])
        guard case .group(let group) = manifests[0].spec, case .policy(let policy) = manifests[1].spec,
            case .task(let task) = manifests[2].spec, case .enrollmentToken(let token) = manifests[3].spec,
            case .device(let device) = manifests[4].spec
        else { return #expect(Bool(false), "specs are not of their kinds") }
        #expect(
            group.parent == "root" && group.syncInterval == 900 && group.keepConnection == false && group.priority == 5)
        #expect(policy.application == "martlet.clamav" && policy.settings == ["detectPua": true, "limits": ["mb": 25]])
        #expect(
            task.schedule == .every(seconds: 900) && task.timeLimit == 3_600
                && task.scope == .group("root/servers", labels: [:]))
        #expect(token.uses == 10 && token.expires == 7 * 86_400)
        #expect(device.keepConnection == true && device.syncInterval == nil)
        #expect(manifests[1].metadata.labels == ["team": "web"])
    }

    @Test("what is written is read back the same", .tags(.R24))
    func roundTrip() throws {
        let manifests = try ManifestDecoder.decode(Self.fleet)
        let again = try ManifestDecoder.decode(ManifestEncoder.yaml(manifests.map(\.json)))
        #expect(again.map(\.spec) == manifests.map(\.spec))
        #expect(again.map(\.metadata) == manifests.map(\.metadata))
    }

    @Test("a list stands for its items, and what else it has is refused")
    func list() throws {
        let item = "{apiVersion: martlet/v1, kind: Group, metadata: {name: a}}"
        #expect(try ManifestDecoder.decode("{items: [\(item)]}").map(\.metadata.name) == ["a"])
        #expect(try ManifestDecoder.decode("{items: [\(item)], next: abc}").count == 1)
        #expect(try problems("{items: [\(item)], itmes: [\(item)]}").map(\.path) == ["itmes"])
    }

    @Test("JSON is read as YAML is")
    func json() throws {
        let text = #"{"apiVersion":"martlet/v1","kind":"Group","metadata":{"name":"a"},"spec":{"syncInterval":"5m"}}"#
        let manifest = try #require(try ManifestDecoder.decode(text).first)
        #expect(manifest.spec == (try ManifestSpec(.group, json: ["syncInterval": "5m"])))
    }

    @Test(
        "text that looks like something else stays text",
        arguments: ["yes", "12", "1.5", "null", "~", "0x1F", "", " a"])
    func textStaysText(value: String) throws {
        let json: JSONValue = [
            "apiVersion": "martlet/v1", "kind": "Policy", "metadata": ["name": "p"],
            "spec": ["application": "martlet.x", "group": "root", "settings": ["value": .string(value)]],
        ]
        let manifest = try #require(try ManifestDecoder.decode(ManifestEncoder.yaml([json])).first)
        #expect(manifest.spec.json["settings"] == ["value": .string(value)])
    }

    @Test("an unknown field is refused where it stands, with the nearest name", .tags(.R24))
    func unknownField() throws {
        let found = try problems(
            """
            apiVersion: martlet/v1
            kind: Policy
            metadata: {name: p}
            spec:
              aplication: martlet.clamav
              application: martlet.clamav
              group: root
              settings: {}
            """)
        #expect(found.count == 1)
        #expect(found.first?.file == "m.yaml" && found.first?.line == 5 && found.first?.path == "spec.aplication")
        #expect(found.first?.got.contains("did you mean \"application\"?") == true)
    }

    @Test("every problem is told at once, each with its line", .tags(.R24))
    func allProblems() throws {
        let found = try problems(
            """
            apiVersion: martlet/v1
            kind: Group
            metadata: {name: Servers}
            spec:
              syncInterval: 5
              keepConnection: maybe
              priority: 100000
            ---
            apiVersion: martlet/v2
            kind: Polcy
            metadata: {name: p}
            """)
        let places = found.map { "\($0.line ?? 0) \($0.path)" }
        #expect(
            Set(places) == [
                "3 metadata.name", "5 spec.syncInterval", "6 spec.keepConnection", "7 spec.priority", "9 apiVersion",
                "10 kind",
            ])
        #expect(found.first { $0.path == "kind" }?.got.contains("Policy") == true)
        #expect(found.first { $0.path == "spec.syncInterval" }?.expected.contains("15m") == true)
    }

    @Test(
        "what a kind needs is asked for",
        arguments: [
            ("Policy", "spec.application"), ("Policy", "spec.group"), ("Policy", "spec.settings"),
            ("Task", "spec.task"),
            ("Task", "spec.scope"), ("EnrollmentToken", "spec.group"),
        ])
    func missing(kind: String, path: String) throws {
        let found = try problems("apiVersion: martlet/v1\nkind: \(kind)\nmetadata: {name: x}\nspec: {}\n")
        #expect(found.contains { $0.path == path && $0.got == "nothing" })
    }

    @Test("text that is not YAML names its line")
    func notYAML() throws {
        let found = try problems("apiVersion: martlet/v1\nkind: [unclosed\n")
        #expect(found.first?.file == "m.yaml" && (found.first?.line ?? 0) >= 2)
    }

    @Test("a tab is called a tab, at its line")
    func tab() throws {
        let text = "apiVersion: martlet/v1\nkind: Group\nmetadata:\n\tname: a\n"
        #expect(try problems(text).map(\.description) == ["m.yaml:4: expected YAML, got a tab; indent with spaces"])
    }

    @Test("the same kind and name twice is refused with both lines", .tags(.R24))
    func repeated() throws {
        let group = "apiVersion: martlet/v1\nkind: Group\nmetadata: {name: a}\nspec: {parent: root}\n"
        let found = try problems(group + "---\n" + group + "---\n" + group.replacing("name: a", with: "name: b"))
        #expect(
            found.map(\.description) == [
                "m.yaml:3: metadata.name: expected each kind and name once, got Group \"a\" 2 times",
                "m.yaml:8: metadata.name: expected each kind and name once, got Group \"a\" 2 times",
            ])
    }

    @Test(
        "one mistake is one problem", .tags(.R24),
        arguments: [
            ("kind: Task\nmetadata: {name: x}\nspec: {application: a.b, taks: t, scope: {group: root}}", "taks"),
            ("kind: Task\nmetadata: {name: x}\nspec: {application: a.b, task: t, scope: {gruop: root}}", "gruop"),
            (
                "kind: Task\nmetadata: {name: x}\nspec: {application: a.b, task: t, scope: {group: a, devices: [b]}}",
                "got both"
            ),
            ("kind: Task\nmetadata: {name: x}\nspec: {application: a.b, task: t, scope: {}}", "got neither"),
            ("kind: Policy\nmetadata: {name: x}\nsepc: {application: a.b, group: root, settings: {}}", "sepc"),
            ("kind: Policy\nmetadta: {name: x}\nspec: {application: a.b, group: root, settings: {}}", "metadta"),
        ])
    func oneProblem(text: String, said: String) throws {
        let found = try problems("apiVersion: martlet/v1\n" + text)
        #expect(found.count == 1 && found.first?.description.contains(said) == true, "\(found)")
    }

    @Test("another version's manifest is judged no further", .tags(.R24))
    func otherVersion() throws {
        let found = try problems("apiVersion: martlet/v2\nkind: Policy\nspec: {colour: red}\n")
        #expect(found.map(\.path) == ["apiVersion"])
    }

    @Test("a key that stands twice is refused")
    func duplicateKey() throws {
        #expect(try problems("apiVersion: martlet/v1\nkind: Group\nkind: Task\nmetadata: {name: a}\n").isEmpty == false)
    }

    @Test("a small text cannot unfold into a large one")
    func aliases() throws {
        var text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
        for level in 1...8 {
            text += "a\(level): &a\(level) [\((0..<10).map { _ in "*a\(level - 1)" }.joined(separator: ","))]\n"
        }
        #expect(try problems(text).first?.got == "more")
    }

    @Test("a key that unfolds without end is refused, and a name by an alias is a key")
    func aliasesAsKeys() throws {
        var text = "a0: &a0 [x, x]\n"
        for level in 1...40 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        let found = try problems(text + "? *a40\n: 1\n")
        #expect(found.map(\.expected) == ["a name as key"] && found.first?.line == 42)
        #expect(try problems("? [a]\n: 1\n").first?.got == "a list or an object")
        let named = "apiVersion: martlet/v1\nkind: Group\nmetadata: {&n name: &a a, labels: {*a : b}}\n"
        #expect(try ManifestDecoder.decode(named).first?.metadata.labels == ["a": "b"])
    }

    @Test("integers that JSON readers would change are refused")
    func largeInteger() throws {
        let found = try problems(
            "apiVersion: martlet/v1\nkind: Policy\nmetadata: {name: p}\nspec:\n  application: a.b\n  group: root\n  settings: {n: 9007199254740993}\n"
        )
        #expect(found.first?.line == 7)
    }

    private static let fleet = """
        apiVersion: martlet/v1
        kind: Group
        metadata: {name: servers}
        spec: {parent: root, syncInterval: 15m, keepConnection: false, priority: 5}
        ---
        apiVersion: martlet/v1
        kind: Policy
        metadata:
          name: clamav-default
          labels: {team: web}
        spec:
          application: martlet.clamav
          group: root/servers
          settings: {detectPua: true, limits: {mb: 25}}
        ---
        apiVersion: martlet/v1
        kind: Task
        metadata: {name: scan-home}
        spec:
          application: martlet.clamav
          task: scan
          parameters: {paths: [/home]}
          scope: {group: root/servers}
          schedule: {every: 15m}
          timeLimit: 1h
        ---
        apiVersion: martlet/v1
        kind: EnrollmentToken
        metadata: {name: first}
        spec: {group: servers, uses: 10, expires: 7d}
        ---
        apiVersion: martlet/v1
        kind: Device
        metadata: {name: web-1}
        spec: {keepConnection: true}
        """
}
