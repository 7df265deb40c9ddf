import DesiredState
import Foundation
import TestStage
import Testing

/// Installation packages in a minimal Debian, maintainer scripts included. There is no systemd in it: what the unit does is
/// done here by starting the agent as the unit would.
@Suite(.enabled(if: MinimalRoot.isPossible, Comment(rawValue: MinimalRoot.reason)))
struct InstallationPackageTests {
    /// Agent and host as `AGENT=debug scripts/build-release` made them.
    private static let files = Products.root.appendingPathComponent(".build-test-files").path
    private static let fixture = files + "/bench/martlet.fixture"

    private static func create(
        _ server: StageServer, _ root: MinimalRoot, _ arguments: String...
    ) async throws -> Outcome {
        let common = [
            "install-package", "create", "--group", "root", "--files", files, "--plugin", fixture, "--file",
            root.path("/tmp/martlet-agent.deb"),
        ]
        let outcome = try await server.martlet(common + arguments)
        try outcome.expect(0)
        return outcome
    }

    private static let install = "apt-get install -y -q /tmp/martlet-agent.deb"

    private static func run(_ root: MinimalRoot, _ stage: Stage) throws -> ChildProcess {
        try root.start("/usr/bin/martlet-agent", ["run"], log: stage.directory.appendingPathComponent("installed.log"))
    }

    private static func presence(_ server: StageServer, _ uid: String) async throws -> String? {
        try await server.device(uid)["status"]?["presence"]?.stringValue
    }

    private static func uid(in text: String) throws -> String {
        try #require(text.firstMatch(of: /enrolled as ([0-9a-f-]{36})/)).1.description
    }

    @Test(.tags(.R01, .R09))
    func `a package with a token enrols a device that waits for approval, an upgrade keeps it, a purge leaves nothing`()
        async throws
    {
        let stage = try Stage()
        let server = try await stage.server()
        let root = try await MinimalRoot()
        let made = try await Self.create(
            server, root, "--address", "127.0.0.1:\(server.agentPort)", "--embed-token", "--uses", "1", "-o", "json")
        #expect(try made.json["architecture"] != nil && !made.output.contains("mt_enroll_"))
        let package = root.path("/tmp/martlet-agent.deb")
        #expect(try FileManager.default.attributesOfItem(atPath: package)[.posixPermissions] as? Int == 0o600)
        let secret = try await root.shell(
            "dpkg-deb --fsys-tarfile /tmp/martlet-agent.deb | tar -xO ./etc/martlet/enrollment.token"
        ).trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(secret.hasPrefix("mt_enroll_"))
        let token = try #require(try await server.get("tokens").first { $0["spec"]?["requireApproval"] == true })
        #expect(token["spec"]?["uses"]?.integerValue == 1)

        let uid = try Self.uid(in: try await root.shell(Self.install))
        #expect(!root.exists("/etc/martlet/enrollment.token"))
        try await root.shell("rm /tmp/martlet-agent.deb; ! grep -rqF \(secret) / --exclude-dir=proc")
        #expect(try await Self.presence(server, uid) == "pending")
        #expect(try await server.device(uid)["status"]?["hostname"]?.stringValue?.isEmpty == false)
        let task = try await server.martlet(["sync", uid])
        #expect(task.code == 4 && task.errors.contains("waits for approval"))

        let waiting = try Self.run(root, stage)
        try await eventually("the agent is told to wait: \(waiting.text)") {
            waiting.text.contains("waits for an operator's approval (martlet approve \(uid))")
        }
        waiting.signal(SIGTERM)
        #expect(await waiting.end() == 0)
        try await server.operate("approve", String(uid.prefix(13)))
        #expect(try await server.martlet(["approve", uid]).code == 4)
        let agent = try Self.run(root, stage)
        try await eventually("the device synchronises: \(agent.text)") {
            try await Self.presence(server, uid) == "periodic"
        }
        // A plugin that starts beside the first synchronisation is heard of with the next.
        try await eventually("the plugin in the package works: \(agent.text)") {
            _ = try await server.martlet(["sync", uid, "--wait"])
            return try await server.device(uid)["status"]?["applications"]?.arrayValue?.contains {
                $0["application"] == "martlet.fixture" && $0["healthy"] == true
            } == true
        }
        agent.signal(SIGTERM)
        #expect(await agent.end() == 0)

        _ = try await Self.create(
            server, root, "--address", "localhost:\(server.agentPort)", "--revision", "2")
        let upgrade = try await root.shell(Self.install)
        #expect(!upgrade.contains("enrolled as"))
        #expect(try await root.shell("dpkg-query -W -f '${Version}' martlet-agent").hasSuffix("-2"))
        #expect(try await root.shell("cat /etc/martlet/agent.yaml").contains("\"localhost\""))
        let upgraded = try Self.run(root, stage)
        try await eventually("the same device comes from the new address: \(upgraded.text)") {
            try await root.shell("martlet-agent status || true").contains("localhost:\(server.agentPort)")
        }
        try await eventually("it is not off any more") {
            try await Self.presence(server, uid) == "periodic"
        }
        #expect(try await server.get("devices").count == 1)
        upgraded.signal(SIGTERM)
        #expect(await upgraded.end() == 0)

        try await root.shell("apt-get remove -y -q martlet-agent")
        #expect(root.exists("/var/lib/martlet-agent/identity/device.key") && !root.exists("/usr/bin/martlet-agent"))
        try await root.shell("apt-get purge -y -q martlet-agent; rm /tmp/martlet-agent.deb")
        #expect(try await root.shell("find / -xdev -iname '*martlet*'") == "")
    }

    @Test(.tags(.R09))
    func
        `a package without a token waits for one that only its owner can read, and joins when the server can be reached`()
        async throws
    {
        let stage = try Stage()
        let server = try await stage.server()
        let root = try await MinimalRoot()
        _ = try await Self.create(server, root, "--address", "127.0.0.1:\(server.agentPort)")
        let said = try await root.shell(Self.install)
        #expect(said.contains("put an enrolment token into /etc/martlet/enrollment.token"))
        let early = try Self.run(root, stage)
        #expect(await early.end() == 5 && early.text.contains("/etc/martlet/enrollment.token is missing"))

        let token = try await server.operate("token", "create", "--group", "root").output
        try token.write(toFile: root.path("/etc/martlet/enrollment.token"), atomically: true, encoding: .utf8)
        try await root.shell("chmod 644 /etc/martlet/enrollment.token")
        let open = try Self.run(root, stage)
        #expect(await open.end() == 5 && open.text.contains("expected mode 0600, got 0644"))
        try await root.shell("chmod 600 /etc/martlet/enrollment.token")

        await server.stop()
        let agent = try Self.run(root, stage)
        try await eventually("the agent tries again: \(agent.text)") {
            agent.text.contains("enrolment failed; it will be tried again")
        }
        let again = try await server.startAgain()
        try await eventually("the device joins by itself: \(agent.text)") {
            try await again.get("devices").first?["status"]?["presence"]?.stringValue == "periodic"
        }
        #expect(!root.exists("/etc/martlet/enrollment.token"))
        agent.signal(SIGTERM)
        #expect(await agent.end() == 0)
    }

    @Test func `what a package cannot be made of is refused before a token is made`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let address = "127.0.0.1:\(server.agentPort)"
        let good = ["install-package", "create", "--files", Self.files, "--file", stage.path("x.deb")]
        for (arguments, code, words) in [
            (["--address", "a b", "--group", "root"], Int32(2), "--address: expected a name or address"),
            (["--address", address, "--group", "nowhere"], 3, "no group \"nowhere\""),
            (["--address", "127.0.0.1:1", "--group", "root"], 7, "this server does not answer there"),
            (["--address", address, "--group", "root", "--embed-token"], 2, "--uses"),
            (["--address", address, "--group", "root", "--plugin", "no.such"], 3, "--plugin no.such"),
            (
                ["--address", address, "--group", "root", "--files", stage.directory.path], 5,
                "there is no martlet-agent"
            ),
        ] {
            let outcome = try await server.martlet(good + arguments)
            #expect(outcome.code == code && outcome.errors.contains(words), "\(outcome.errors)")
        }
        #expect(try await server.get("tokens").allSatisfy { $0["kind"] == "OperatorToken" })
        #expect(!FileManager.default.fileExists(atPath: stage.path("x.deb")))
    }
}
