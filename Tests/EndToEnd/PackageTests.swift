import DesiredState
import Foundation
import Glibc
import TestStage
import Testing

/// From a vendor's signed file to a plugin that runs on a device, and back when it is not well.
@Suite(.tags(.R21, .R24)) struct PackageTests {
    private static func manifest(_ version: String, rollout: String = "{}") -> String {
        """
        apiVersion: martlet/v1
        kind: PluginPackage
        metadata: {name: fixture}
        spec: {application: martlet.fixture, version: "\(version)", group: root, rollout: \(rollout)}
        """
    }

    private func join(
        _ server: StageServer, name: String = "web1", user: String? = nil
    ) async throws -> StageAgent {
        let agent = try await StageAgent.join(server, name: name, extra: "packages: {healthWindow: 2}", user: user)
        try await agent.synchronised()
        try await server.operate("set", "device", name, "--keep-connection", "on")
        try await server.operate("sync", name, "--wait")
        return agent
    }

    private func status(_ server: StageServer, _ name: String = "web1") async throws -> JSONValue? {
        let rollout = try await server.martlet(["describe", "plugin-package", "fixture", "-o", "json"])
        try rollout.expect(0)
        return try rollout.json["devices"]?.arrayValue?.first { $0["hostname"]?.stringValue == name }
    }

    private func installed(_ server: StageServer, _ agent: StageAgent, version: String) async throws {
        try await eventually("\(version) is installed\n\(agent.process.text.suffix(3_000))", within: 60) {
            let status = try await status(server, agent.name)
            return status?["status"] == "installed" && status?["version"]?.stringValue == version
        }
        let plugin = try await agent.plugin("martlet.fixture")
        #expect(plugin["host"] == "running")
    }

    private func manifestOnDisk(_ stage: Stage, _ agent: StageAgent) throws -> [String] {
        let folder = stage.path("\(agent.name)/packages/installed/martlet.fixture")
        return try FileManager.default.contentsOfDirectory(atPath: folder).map {
            try String(contentsOfFile: "\(folder)/\($0)/plugin.yaml", encoding: .utf8)
        }
    }

    /// `user`: whom the agent becomes; nil stays who the tests are.
    @Test(arguments: geteuid() == 0 ? [nil, "nobody"] : [nil])
    func `a signed package gets to a device, a bad one is rolled back by itself and not tried again`(
        user: String?
    )
        async throws
    {
        let stage = try Stage(plugins: [])
        let server = try await stage.server()
        let vendor = try await StageVendor(stage)
        try await vendor.trust(server, serial: 1)
        let package = try await vendor.release(server, version: "1.0.0")
        // Anybody can check the signature.
        try await vendor.openssl(
            "cms -verify -binary -inform DER -purpose any -CAfile root.pem -in \(package).p7s -content \(package) -out /dev/null"
        )
        let agent = try await join(server, user: user)
        try await server.apply(Self.manifest("1.0.0"))
        try await installed(server, agent, version: "1.0.0")
        // What is declared for it reaches it, and its tasks run.
        try await server.apply(
            """
            apiVersion: martlet/v1
            kind: Policy
            metadata: {name: fixture}
            spec: {application: martlet.fixture, group: root, settings: {greeting: from a package}}
            """)
        try await eventually("the settings are in force\n\(agent.process.text.suffix(2_000))") {
            try await server.entry("martlet.fixture", of: "web1")?["status"] == "applied"
        }
        try await server.startTask("count", parameters: "{steps: 2}")

        _ = try await vendor.release(server, version: "1.1.0")
        try await server.apply(Self.manifest("1.1.0"))
        try await installed(server, agent, version: "1.1.0")
        #expect(try manifestOnDisk(stage, agent).count == 1, "the version before is gone")
        #expect(try await server.entry("martlet.fixture", of: "web1")?["status"] == "applied")

        _ = try await vendor.release(
            server, version: "1.2.0", local: ["misbehaveEarlyIn": "init", "misbehaveEarlyHow": "crash"])
        try await server.apply(Self.manifest("1.2.0"))
        try await eventually("1.2.0 failed\n\(agent.process.text.suffix(3_000))", within: 60) {
            let status = try await status(server)
            return status?["status"] == "failed" && status?["version"] == "1.1.0"
        }
        try await eventually("1.1.0 runs again\n\(agent.process.text.suffix(3_000))", within: 60) {
            try await agent.plugin("martlet.fixture")["host"] == "running"
        }
        #expect(try await status(server)?["reason"]?.stringValue?.contains("its process ended") == true)
        #expect(try await server.events(type: "plugin.install.failed").count == 1)
        try await server.startTask("count", parameters: "{steps: 2}")
        // Remembered, also after a start.
        let again = try await agent.restart()
        try await again.synchronised()
        try await eventually("1.1.0 runs after a start\n\(again.process.text.suffix(3_000))", within: 60) {
            try await again.plugin("martlet.fixture")["host"] == "running"
        }
        #expect(try await server.events(type: "plugin.install.failed").count == 1)
        let failures = again.process.text.split(separator: "\n").filter { $0.contains("plugin not installed") }
        #expect(failures.count == 1, "it is not tried again")

        // A device that is offered nothing any more has it no longer.
        try await server.operate("delete", "plugin-package", "fixture")
        try await eventually("it is removed\n\(again.process.text.suffix(3_000))", within: 60) {
            try await again.status()["plugins"]?.arrayValue?.isEmpty == true
        }
    }

    @Test func `an agent that is killed while it changes a plugin's version ends with the new one`() async throws {
        let stage = try Stage(plugins: [])
        let server = try await stage.server()
        let vendor = try await StageVendor(stage)
        try await vendor.trust(server, serial: 1)
        for version in ["1.0.0", "1.1.0"] { _ = try await vendor.release(server, version: version) }
        var agent = try await join(server)
        try await server.apply(Self.manifest("1.0.0"))
        try await installed(server, agent, version: "1.0.0")
        await agent.stop()
        agent = try await StageAgent.start(
            stage, name: "web1", environment: ["MARTLET_FAILPOINT": "package-switched:0"])
        let doomed = agent
        try await server.apply(Self.manifest("1.1.0"))
        try await eventually("the agent dies\n\(doomed.process.text.suffix(2_000))", within: 60) {
            !doomed.process.isRunning
        }
        #expect(await doomed.process.end() == -SIGKILL)
        agent = try await StageAgent.start(stage, name: "web1")
        try await installed(server, agent, version: "1.1.0")
        #expect(try manifestOnDisk(stage, agent).count == 1)
    }

    @Test func `a server that offers something for a path instead of a plugin's id has no file touched`() async throws {
        let stage = try Stage(plugins: [])
        let server = try await stage.server()
        let vendor = try await StageVendor(stage)
        try await vendor.trust(server, serial: 1)
        _ = try await vendor.release(server, version: "1.0.0")
        let agent = try await join(server)
        try await server.apply(Self.manifest("1.0.0"))
        try await installed(server, agent, version: "1.0.0")
        let files = ["identity/device.key", "identity/device.pem", "agent.db"]
        await server.stop()
        // The document as somebody would write it who has the database.
        let database = StageDatabase(path: stage.path("server/martlet.db"))
        let digest = String(repeating: "ab", count: 32)
        let body = #"{"packages":{"../..":{"sha256":"\#(digest)","version":"1"}}}"#
        try database.change(
            "UPDATE document_entries SET body = '\(body)' WHERE entry = 'martlet.packages'")
        try database.change(
            "INSERT INTO packages SELECT x'\(digest)', 'a.b', '1', size, architectures, manifest, signature, signer, fingerprint, 1, '' FROM packages"
        )
        let hash = "x'\(String(repeating: "11", count: 32))'"
        try database.change("DELETE FROM documents WHERE hash NOT IN (SELECT document_hash FROM devices)")
        try database.change(
            "DELETE FROM document_entries WHERE document_hash NOT IN (SELECT document_hash FROM devices)")
        for (table, column) in [
            ("documents", "hash"), ("document_entries", "document_hash"), ("devices", "document_hash"),
        ] {
            try database.change("UPDATE \(table) SET \(column) = \(hash)")
        }
        let started = try await server.startAgain()
        try await eventually("it is told\n\(agent.process.text.suffix(2_000))", within: 60) {
            agent.process.text.contains("a package for something that is no plugin's id")
        }
        for file in files { #expect(FileManager.default.fileExists(atPath: stage.path("web1/\(file)")), "\(file)") }
        #expect(agent.process.isRunning)
        await started.stop()
    }

    @Test func `a version that is taken back while it is tried leaves the one before running`() async throws {
        let stage = try Stage(plugins: [])
        let server = try await stage.server()
        let vendor = try await StageVendor(stage)
        try await vendor.trust(server, serial: 1)
        for version in ["1.0.0", "2.0.0"] { _ = try await vendor.release(server, version: version) }
        var agent = try await join(server)
        try await server.apply(Self.manifest("1.0.0"))
        try await installed(server, agent, version: "1.0.0")
        await agent.stop()
        let slow = try String(contentsOfFile: stage.path("web1.yaml"), encoding: .utf8)
            .replacingOccurrences(of: "healthWindow: 2", with: "healthWindow: 3600")
        try stage.write("web1.yaml", slow)
        agent = try await StageAgent.start(stage, name: "web1")
        try await server.apply(Self.manifest("2.0.0"))
        let tried: Int64 = try await eventually("2.0.0 is tried\n\(agent.process.text.suffix(2_000))", within: 60) {
            let isTried = try await status(server)?["status"] == "installing"
            let plugin = try await agent.plugin("martlet.fixture")
            return isTried && plugin["host"] == "running" ? plugin["pid"]?.integerValue : nil
        }
        try await server.apply(Self.manifest("2.0.0", rollout: "{percent: 0}"))
        try await eventually("another process runs\n\(agent.process.text.suffix(2_000))", within: 60) {
            let plugin = try await agent.plugin("martlet.fixture")
            return plugin["host"] == "running" && plugin["pid"]?.integerValue != tried
        }
        try await eventually("the document is in force") {
            try await server.entry("martlet.packages", of: "web1")?["status"] == "applied"
        }
        let device = try await server.device("web1")
        #expect(device["status"]?["configuration"]?["inSync"] == true)
        // Also after a start in the middle of a try, when the offer was taken back meanwhile.
        try await server.apply(Self.manifest("2.0.0"))
        try await eventually("2.0.0 is tried again", within: 60) { try await status(server)?["status"] == "installing" }
        await agent.stop()
        try await server.apply(Self.manifest("2.0.0", rollout: "{percent: 0}"))
        agent = try await StageAgent.start(stage, name: "web1")
        try await eventually("1.0.0 runs\n\(agent.process.text.suffix(2_000))", within: 60) {
            let isApplied = try await server.entry("martlet.packages", of: "web1")?["status"] == "applied"
            let folders = try FileManager.default.contentsOfDirectory(
                atPath: stage.path("web1/packages/installed/martlet.fixture"))
            let plugin = try await agent.plugin("martlet.fixture")
            return isApplied && folders.count == 1 && plugin["host"] == "running"
        }
    }

    @Test func `a bad version gets no further than the devices that it is tried on, and all of them go back`()
        async throws
    {
        let stage = try Stage(plugins: [])
        let server = try await stage.server()
        let vendor = try await StageVendor(stage)
        try await vendor.trust(server, serial: 1)
        _ = try await vendor.release(server, version: "1.0.0")
        try await server.apply(Self.manifest("1.0.0"))
        var agents: [StageAgent] = []
        for name in ["web1", "web2", "web3"] { agents.append(try await join(server, name: name)) }
        for agent in agents { try await installed(server, agent, version: "1.0.0") }
        _ = try await vendor.release(
            server, version: "2.0.0", local: ["misbehaveEarlyIn": "create", "misbehaveEarlyHow": "fail"])
        try await server.apply(Self.manifest("2.0.0", rollout: "{haltAfterFailures: 1}"))
        try await eventually("the rollout halts", within: 90) {
            let rollout = try await server.martlet(["describe", "plugin-package", "fixture", "-o", "json"]).json
            return rollout["haltReason"] != nil
        }
        #expect(try await server.events(type: "rollout.halted").count == 1)
        for agent in agents {
            try await eventually("\(agent.name) has 1.0.0\n\(agent.process.text.suffix(2_000))", within: 60) {
                let status = try await status(server, agent.name)
                let isTrying = status?["status"] == "installing" || status?["status"] == "downloading"
                let isRunning = try await agent.plugin("martlet.fixture")["host"] == "running"
                return !isTrying && status?["version"] == "1.0.0" && isRunning
            }
        }
    }

    @Test func `a device goes back to an older version only where a signed statement lets it`() async throws {
        let stage = try Stage(plugins: [])
        let server = try await stage.server()
        let vendor = try await StageVendor(stage)
        try await vendor.trust(server, serial: 1)
        for version in ["1.0.0", "2.0.0"] { _ = try await vendor.release(server, version: version) }
        let agent = try await join(server)
        try await server.apply(Self.manifest("2.0.0"))
        try await installed(server, agent, version: "2.0.0")
        let refused = try await server.martlet(["apply", "-f", "-"], input: Self.manifest("1.0.0"))
        #expect(refused.code == 5 && refused.errors.contains("downgrades"), "\(refused.errors)")
        // Not by way of a removal either, whatever the server says.
        try await server.operate("delete", "plugin-package", "fixture")
        try await eventually("it is removed") { try await agent.status()["plugins"]?.arrayValue?.isEmpty == true }
        try await server.apply(Self.manifest("1.0.0"))
        try await eventually("it is refused\n\(agent.process.text.suffix(2_000))", within: 60) {
            try await status(server)?["status"] == "failed"
        }
        #expect(try await status(server)?["reason"]?.stringValue?.contains("older than 2.0.0") == true)
        try await vendor.trust(server, serial: 2, more: "downgrades: {martlet.fixture: \"1.0.0\"}")
        try await installed(server, agent, version: "1.0.0")
    }

    @Test func `a server that was taken over runs no code on a device`() async throws {
        let stage = try Stage(plugins: [])
        var server = try await stage.server()
        let (vendor, thief) = (try await StageVendor(stage), try await StageVendor(stage, name: "thief"))
        try await vendor.trust(server, serial: 1)
        _ = try await vendor.release(server, version: "1.0.0")
        let agent = try await join(server)
        try await server.apply(Self.manifest("1.0.0"))
        try await installed(server, agent, version: "1.0.0")
        // The server's own key signs no trust, and no stranger's does.
        for (key, certificate) in [
            (stage.path("server/pki/intermediate.key"), stage.path("server/pki/intermediate.pem")),
            (thief.folder.appendingPathComponent("root.key").path, thief.root),
        ] {
            let statement = try await thief.statement(stage, serial: 9, key: (key, certificate))
            let refused = try await server.martlet(["apply", "-f", "-"], input: statement)
            #expect(refused.code == 5, "\(refused.errors)")
            // The thief has the database, too.
            let spec = try #require(try JSONValue(parsing: Array(statement.utf8))["spec"])
            await server.stop()
            let database = StageDatabase(path: stage.path("server/martlet.db"))
            let text = CanonicalJSON.text(spec).replacingOccurrences(of: "'", with: "''")
            try database.change("UPDATE trust_documents SET spec = '\(text)', serial = 9, revision = revision + 1")
            try database.change("DELETE FROM server_facts WHERE name = 'declared'")
            try database.change("UPDATE devices SET document_wanted = document_wanted + 1")
            let started = try await server.startAgain()
            try await eventually("the device refuses it\n\(agent.process.text.suffix(2_000))", within: 60) {
                try await started.entry("martlet.trust", of: "web1")?["status"] == "failed"
            }
            server = started
        }
    }
}
