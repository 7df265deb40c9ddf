import DesiredState
import Foundation
import TestStage
import Testing

/// From an operator's file to a plugin on a device, and in nothing that either of them leaves behind.
@Suite struct SecretTests {
    private static func manifest(_ name: String = "password", application: String = "martlet.fixture") -> String {
        """
        apiVersion: martlet/v1
        kind: Secret
        metadata: {name: \(name)}
        spec:
          application: \(application)
          scope: {group: root}
        """
    }

    /// FNV-1a, as the fixture tells it.
    private static func fingerprint(_ value: String) -> String {
        let hash = value.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private func told(_ server: StageServer) async throws -> JSONValue? {
        try await server.startTask("secret", parameters: "{name: password}")["status"]?["result"]
    }

    @Test(.tags(.R12, .R24))
    func `a plugin gets the value that an operator set, also without a server, and nothing else ever shows it`()
        async throws
    {
        let (first, second) = ("pw-\(UUID().uuidString)", "pw-\(UUID().uuidString)")
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        var printed: [Outcome] = []
        try await server.apply(Self.manifest())
        printed.append(
            try await server.martlet(["set", "secret", "password", "--value-file", "-"], input: first + "\n"))
        #expect(printed[0].code == 0)
        try await eventually("the device has it\n\(agent.process.text.suffix(1_000))") {
            try await server.entry("martlet.secrets", of: "web1")?["status"] == "applied"
        }
        #expect(try await told(server)?["fingerprint"]?.stringValue == Self.fingerprint(first))
        // The same once more is no change; another one reaches the device by itself.
        let before = try await server.get("secrets", "password").first?["metadata"]?["revision"]
        try await server.operate("set", "secret", "password", "--value-file", "-", input: first)
        #expect(try await server.get("secrets", "password").first?["metadata"]?["revision"] == before)
        try stage.write("value.txt", second)
        try await server.operate("set", "secret", "password", "--value-file", stage.path("value.txt"))
        try FileManager.default.removeItem(atPath: stage.path("value.txt"))
        try await eventually("the device has the other") {
            try await told(server)?["fingerprint"]?.stringValue == Self.fingerprint(second)
        }
        // Offline, after a start: the task runs by its schedule.
        try await server.task("secret", parameters: "{name: password}", schedule: "{atStart: true}")
        try await eventually("the device has the task") {
            // `applied` alone may be of the tasks before.
            let inSync = try await server.device("web1")["status"]?["configuration"]?["inSync"] == true
            let entry = try await server.entry("martlet.tasks", of: "web1")
            return inSync && entry?["status"] == "applied"
        }
        let runs = try await server.get("runs").count
        await server.stop()
        let again = try await agent.restart()
        try await eventually("it ran\n\(again.process.text.suffix(1_000))") {
            try StageDatabase(path: stage.path("web1/agent.db")).number(
                "SELECT count(*) FROM run WHERE trigger = 5 AND state = 3") > 0
        }
        let restarted = try await server.startAgain()
        try await eventually("and was told") { try await restarted.get("runs").count > runs }
        let afterwards = try await restarted.get("runs").first { $0["spec"]?["trigger"]?.stringValue == "start" }
        #expect(afterwards?["status"]?["result"]?["fingerprint"]?.stringValue == Self.fingerprint(second))
        // What operators can see of it.
        for command in [
            ["get", "secrets", "-o", "yaml"], ["get", "secrets", "-o", "json"], ["describe", "secret", "password"],
            ["get", "audit", "-o", "json"], ["get", "runs", "-o", "json"], ["get", "events", "-o", "json"],
            ["describe", "device", "web1", "-o", "json"],
        ] { printed.append(try await restarted.martlet(command)) }
        printed.append(
            try await restarted.martlet(
                ["diff", "-f", "-"], input: Self.manifest() + "\n  value: pw-another-\(UUID().uuidString)\n"))
        #expect(printed.last?.code == 0 && printed.last?.output.contains("spec.value") == true)
        for outcome in printed {
            for value in [first, second, "pw-another"] {
                #expect(!(outcome.output + outcome.errors).contains(value), "\(outcome.command)")
            }
        }
        await restarted.stop()
        _ = await again.stop()
        try Self.expectNowhere([first, second, "pw-another"], below: stage.directory)
    }

    /// Every file of the server and the agent: databases with their logs, log files, documents, keys.
    private static func expectNowhere(_ values: [String], below directory: URL) throws {
        var searched = 0
        let files = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            guard let bytes = try? Data(contentsOf: file) else { continue }
            searched += 1
            for value in values {
                #expect(bytes.range(of: Data(value.utf8)) == nil, "\(file.path)")
                #expect(bytes.range(of: Data(Data(value.utf8).base64EncodedString().utf8)) == nil, "\(file.path)")
            }
        }
        #expect(searched > 10)
    }

    @Test(.tags(.R24)) func `settings wait for the secrets of their application, and the status says for which`()
        async throws
    {
        let stage = try Stage()
        let server = try await stage.server()
        _ = try await StageAgent.joinConnected(server)
        // Stored under a key that is gone: the server cannot give it.
        try await server.apply(Self.manifest() + "\n  value: something\n")
        await server.stop()
        try StageDatabase(path: stage.path("server/martlet.db")).change(
            "UPDATE secrets SET version = 'ff', sealed = x'00'")
        try FileManager.default.removeItem(atPath: stage.path("server/pki/secrets.key"))
        let restarted = try await server.startAgain()
        #expect(restarted.process.text.contains("stored under another key"))
        try await restarted.apply(
            """
            apiVersion: martlet/v1
            kind: Policy
            metadata: {name: greeting}
            spec: {application: martlet.fixture, group: root, settings: {greeting: good evening}}
            """)
        // The document was compiled before; a new device gets it whole.
        let other = try await StageAgent.join(restarted, name: "web2")
        try await eventually("it waits\n\(other.process.text.suffix(1_000))") {
            try await restarted.entry("martlet.fixture", of: "web2")?["reason"]?.stringValue
                == "waits for secrets: password"
        }
        #expect(restarted.process.text.contains("a secret's value cannot be opened"))
        try await restarted.operate("set", "secret", "password", "--value-file", "-", input: "something")
        try await restarted.operate("sync", "web2", "--wait")
        try await eventually("applied\n\(other.process.text.suffix(1_000))") {
            try await restarted.entry("martlet.fixture", of: "web2")?["status"] == "applied"
        }
    }

    @Test(.tags(.R24))
    func `settings that name a secret are applied again when its value is another, also after a kill`()
        async throws
    {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        let file = stage.path("application.password")
        func inUse(_ value: String, _ agent: StageAgent) async throws {
            try await eventually("the application has it\n\(agent.process.text.suffix(1_500))") {
                (try? String(contentsOfFile: file, encoding: .utf8)) == Self.fingerprint(value)
            }
        }
        try await server.apply(Self.manifest() + "\n  value: one\n")
        try await server.apply(
            """
            apiVersion: martlet/v1
            kind: Policy
            metadata: {name: secret}
            spec: {application: martlet.fixture, group: root, settings: {secret: password, secretFile: "\(file)"}}
            """)
        try await inUse("one", agent)
        try await server.operate("set", "secret", "password", "--value-file", "-", input: "two")
        try await inUse("two", agent)
        // Killed when the value is on the disk and nothing was applied.
        await agent.stop()
        try await server.operate("set", "secret", "password", "--value-file", "-", input: "three\r\n")
        let doomed = try await StageAgent.start(
            stage, name: "web1", environment: ["MARTLET_FAILPOINT": "secret-kept:0"])
        #expect(await doomed.process.end() == -SIGKILL)
        try await inUse("three", try await StageAgent.start(stage, name: "web1"))
        #expect(try await server.entry("martlet.secrets", of: "web1")?["status"] == "applied")
    }

    @Test(.tags(.R24)) func `a value of the wrong kind is refused without being repeated`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let number = try await server.martlet(["apply", "-f", "-"], input: Self.manifest() + "\n  value: 271828182\n")
        #expect(number.code == 5 && number.errors.contains("spec.value"))
        #expect(!(number.errors + number.output).contains("271828182"))
        let unknown = try await server.martlet(
            ["apply", "-f", "-"], input: Self.manifest(application: "martlet.fixtures"))
        #expect(unknown.code == 5 && unknown.errors.contains("did you mean \"martlet.fixture\"?"))
        let empty = try await server.martlet(["set", "secret", "password", "--value-file", "-"], input: "\n")
        #expect(empty.code == 5 && empty.errors.contains("1 to 16384 bytes"))
        let nobody = try await server.martlet(["set", "secret", "password", "--value-file", "-"], input: "x")
        #expect(nobody.code == 3)
    }
}
