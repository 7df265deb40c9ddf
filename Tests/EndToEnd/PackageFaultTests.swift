import DesiredState
import Foundation
import Glibc
import TestStage
import Testing

/// What becomes of a package when something goes wrong on its way that is, or is not, its own fault.
@Suite(.tags(.R21, .R24)) struct PackageFaultTests {
    static func manifest(_ version: String) -> String {
        """
        apiVersion: martlet/v1
        kind: PluginPackage
        metadata: {name: fixture}
        spec: {application: martlet.fixture, version: "\(version)", group: root}
        """
    }

    func join(_ server: StageServer, user: String? = nil) async throws -> StageAgent {
        let agent = try await StageAgent.join(server, extra: "packages: {healthWindow: 2}", user: user)
        try await agent.synchronised()
        try await server.operate("set", "device", "web1", "--keep-connection", "on")
        try await server.operate("sync", "web1", "--wait")
        return agent
    }

    func status(_ server: StageServer) async throws -> JSONValue? {
        let rollout = try await server.martlet(["describe", "plugin-package", "fixture", "-o", "json"])
        try rollout.expect(0)
        return try rollout.json["devices"]?.arrayValue?.first
    }

    func becomes(_ wanted: String, _ version: String, _ server: StageServer, _ agent: StageAgent) async throws {
        try await eventually("\(version) is \(wanted)\n\(agent.process.text.suffix(3_000))", within: 90) {
            let status = try await status(server)
            return status?["status"]?.stringValue == wanted && status?["version"]?.stringValue ?? "" == version
        }
    }

    /// The process of the plugin in a version.
    private func process(_ version: String, _ agent: StageAgent) async throws -> Int64 {
        try await eventually("\(version) runs\n\(agent.process.text.suffix(3_000))", within: 60) {
            let plugin = try await agent.plugin("martlet.fixture")
            guard plugin["host"] == "running", plugin["version"]?.stringValue == version else { return nil }
            return plugin["pid"]?.integerValue
        }
    }

    @Test func `a version during whose try the agent was killed twice is not tried again`() async throws {
        let stage = try Stage(plugins: [])
        let server = try await stage.server()
        let vendor = try await StageVendor(stage)
        try await vendor.trust(server, serial: 1)
        for version in ["1.0.0", "2.0.0"] { _ = try await vendor.release(server, version: version) }
        var agent = try await join(server)
        try await server.apply(Self.manifest("1.0.0"))
        try await becomes("installed", "1.0.0", server, agent)
        await agent.stop()
        // Nothing is known to be well for an hour.
        let slow = try String(contentsOfFile: stage.path("web1.yaml"), encoding: .utf8)
            .replacingOccurrences(of: "healthWindow: 2", with: "healthWindow: 3600")
        try stage.write("web1.yaml", slow)
        agent = try await StageAgent.start(stage, name: "web1")
        try await server.apply(Self.manifest("2.0.0"))
        let database = StageDatabase(path: stage.path("web1/agent.db"))
        func tries() throws -> Int64 {
            try database.number("SELECT tries FROM package WHERE plugin = 'martlet.fixture'")
        }
        func tried(_ count: Int64) async throws {
            try await eventually("try \(count)\n\(agent.process.text.suffix(2_000))", within: 60) {
                try await agent.plugin("martlet.fixture")["host"] == "running"
                    && database.number("SELECT phase FROM package WHERE plugin = 'martlet.fixture'") == 2
            }
            #expect(try tries() == count)
        }
        try await tried(1)
        // An end that somebody wanted is no try.
        agent = try await agent.restart()
        try await tried(1)
        agent = try await agent.restart(signal: SIGKILL)
        try await tried(2)
        agent = try await agent.restart(signal: SIGKILL)
        try await becomes("failed", "1.0.0", server, agent)
        let reason = try await status(server)?["reason"]?.stringValue ?? ""
        #expect(reason.contains("ended 2 times while it was tried"), "\(reason)")
        let running = try await process("1.0.0", agent)
        #expect(try await server.events(type: "plugin.install.failed").count == 1)
        // Remembered, also by the next start.
        agent = try await agent.restart()
        try await agent.synchronised()
        #expect(try await process("1.0.0", agent) != running)
        #expect(try await status(server)?["status"] == "failed")
        #expect(try await server.events(type: "plugin.install.failed").count == 1)
    }

    private func children(of pid: Int32) throws -> [pid_t] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }.filter {
            let status = try? String(contentsOfFile: "/proc/\($0)/status", encoding: .utf8)
            return status?.contains("\nPPid:\t\(pid)\n") == true
        }
    }

    @Test(.enabled(if: geteuid() == 0, "giving up root needs root"))
    func `the end of the privileged helper while a version is tried is not that version's fault`() async throws {
        let stage = try Stage(plugins: [])
        let server = try await stage.server()
        let vendor = try await StageVendor(stage)
        try await vendor.trust(server, serial: 1)
        for version in ["1.0.0", "2.0.0"] { _ = try await vendor.release(server, version: version) }
        var agent = try await join(server, user: "nobody")
        try await server.apply(Self.manifest("1.0.0"))
        try await becomes("installed", "1.0.0", server, agent)
        await agent.stop()
        let quick = try String(contentsOfFile: stage.path("web1.yaml"), encoding: .utf8)
        try stage.write("web1.yaml", quick.replacingOccurrences(of: "healthWindow: 2", with: "healthWindow: 3600"))
        agent = try await StageAgent.start(stage, name: "web1")
        try await server.apply(Self.manifest("2.0.0"))
        let database = StageDatabase(path: stage.path("web1/agent.db"))
        func tried() async throws {
            try await eventually("it is tried\n\(agent.process.text.suffix(2_000))", within: 60) {
                try await agent.plugin("martlet.fixture")["host"] == "running"
                    && database.number("SELECT phase FROM package WHERE plugin = 'martlet.fixture'") == 2
            }
        }
        // As often as ends of the agent alone condemn it.
        for number in Int64(1)...2 {
            try await tried()
            kill(try #require(try children(of: agent.process.pid).first), SIGKILL)
            #expect(await agent.process.end() == 1)
            #expect(try database.number("SELECT lost FROM package WHERE plugin = 'martlet.fixture'") == number)
            agent = try await StageAgent.start(stage, name: "web1")
        }
        try await tried()
        #expect(try await server.events(type: "plugin.install.failed").isEmpty)
        await agent.stop()
        try stage.write("web1.yaml", quick)
        agent = try await StageAgent.start(stage, name: "web1")
        try await becomes("installed", "2.0.0", server, agent)
        #expect(try await server.events(type: "plugin.install.failed").isEmpty)
    }

    @Test func `a package that was refused for its signature is taken when it is signed anew`() async throws {
        let stage = try Stage(plugins: [])
        let server = try await stage.server()
        let vendor = try await StageVendor(stage)
        try await vendor.certificate("second", purpose: "codeSigning")
        try await vendor.trust(server, serial: 1)
        let package = try await vendor.release(server, version: "1.0.0")
        try await vendor.openssl("x509 -in signing.pem -outform DER -out signing.der")
        let signer = try Data(contentsOf: vendor.folder.appendingPathComponent("signing.der"))
        try await vendor.trust(server, serial: 2, more: "revoked: [\(Digest.hex(Digest.sha256(Array(signer))))]")
        let agent = try await join(server)
        try await server.apply(Self.manifest("1.0.0"))
        try await becomes("failed", "", server, agent)
        let reason = try await status(server)?["reason"]?.stringValue ?? ""
        #expect(reason.contains("revoked"), "\(reason)")
        // It is there for when it is trusted, and not fetched again for that.
        let part =
            "web1/packages/download/\(Digest.hex(Digest.sha256(Array(try Data(contentsOf: URL(fileURLWithPath: package)))))).part"
        #expect(FileManager.default.fileExists(atPath: stage.path(part)))
        try await vendor.sign(stage, package, with: "second")
        try await server.operate("plugin", "push", package)
        try await becomes("installed", "1.0.0", server, agent)
        let device = try await server.device("web1")
        #expect(device["status"]?["configuration"]?["inSync"] == true)
    }

    @Test func `a package that was forgotten and is brought with another signature reaches who refused it before`()
        async throws
    {
        let stage = try Stage(plugins: [])
        let server = try await stage.server()
        let vendor = try await StageVendor(stage)
        try await vendor.certificate("second", purpose: "codeSigning")
        try await vendor.trust(server, serial: 1)
        let package = try await vendor.release(server, version: "1.0.0")
        try await vendor.openssl("x509 -in signing.pem -outform DER -out signing.der")
        let signer = try Data(contentsOf: vendor.folder.appendingPathComponent("signing.der"))
        try await vendor.trust(server, serial: 2, more: "revoked: [\(Digest.hex(Digest.sha256(Array(signer))))]")
        var agent = try await join(server)
        try await server.apply(Self.manifest("1.0.0"))
        try await becomes("failed", "", server, agent)
        // It hears nothing of what comes between.
        await agent.stop()
        try await server.operate("delete", "plugin-package", "fixture")
        try await forget(try Data(contentsOf: URL(fileURLWithPath: package)), server)
        try await vendor.sign(stage, package, with: "second")
        try await server.operate("plugin", "push", package)
        try await server.apply(Self.manifest("1.0.0"))
        agent = try await StageAgent.start(stage, name: "web1")
        try await becomes("installed", "1.0.0", server, agent)
    }

    /// Has the server forget a package.
    private func forget(_ bytes: Data, _ server: StageServer) async throws {
        let stage = server.stage
        let token = try String(contentsOfFile: stage.path("server/admin.token"), encoding: .utf8)
        let deletion = try await Outcome.of(
            URL(fileURLWithPath: "/usr/bin/curl"),
            [
                "-sS", "--fail-with-body", "-X", "DELETE", "--cacert", stage.path("server/pki/root.pem"), "-H",
                "Authorization: Bearer \(token.trimmingCharacters(in: .whitespacesAndNewlines))",
                "https://127.0.0.1:\(server.operatorPort)/api/v1/packages/\(Digest.hex(Digest.sha256(Array(bytes))))",
            ])
        try deletion.expect(0)
    }

    @Test func `a version that was published stands for the same bytes for ever`() async throws {
        let stage = try Stage(plugins: [])
        let server = try await stage.server()
        let vendor = try await StageVendor(stage)
        try await vendor.trust(server, serial: 1)
        let package = try await vendor.release(server, version: "1.0.0")
        let first = try Data(contentsOf: URL(fileURLWithPath: package))
        try await forget(first, server)
        #expect(try await !server.operate("get", "packages").output.contains("martlet.fixture"))
        for folder in ["fixture-1.0.0", "fixture-1.0.0.mpkg"] {
            try FileManager.default.moveItem(
                at: vendor.folder.appendingPathComponent(folder),
                to: vendor.folder.appendingPathComponent("first-" + folder))
        }
        let other = try await vendor.pack(stage, version: "1.0.0", local: ["misbehaveEarlyIn": "init"])
        try await vendor.sign(stage, other)
        let refused = try await server.martlet(["plugin", "push", other])
        #expect(refused.code != 0 && refused.errors.contains("was published before"), "\(refused.errors)")
        // The same bytes are welcome.
        let again = vendor.folder.appendingPathComponent("first-fixture-1.0.0.mpkg").path
        try await vendor.sign(stage, again)
        try await server.operate("plugin", "push", again)
    }
}
