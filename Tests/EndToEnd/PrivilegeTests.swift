import DesiredState
import Foundation
import Glibc
import PluginLink
import TestStage
import Testing

/// An agent whose core is no longer root, and what its helper does for it.
@Suite(.tags(.R23), .enabled(if: geteuid() == 0, "giving up root needs root")) struct PrivilegeTests {
    private static let user = "nobody"
    private static var uid: uid_t { getpwnam(user)?.pointee.pw_uid ?? 0 }

    private func field(_ name: String, of pid: Int32) throws -> String {
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("\(name):") })
        return line.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)
    }

    /// Processes that the agent started.
    private func children(of pid: Int32) throws -> [Int32] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }.filter {
            (try? field("PPid", of: $0)) == "\(pid)"
        }
    }

    private func host(_ agent: StageAgent, _ plugin: String = "martlet.fixture") async throws -> Int32 {
        try await eventually("\(plugin) runs\n\(agent.process.text.suffix(3_000))", within: 60) {
            let found = try await agent.plugin(plugin)
            return found["host"] == "running" ? found["pid"]?.integerValue.map { Int32($0) } : nil
        }
    }

    private func expectUser(_ pid: Int32, _ uid: String) throws {
        #expect(try field("Uid", of: pid) == [uid, uid, uid, uid].joined(separator: "\t"))
        for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] {
            #expect(try field(set, of: pid) == "0000000000000000", "\(set)")
        }
        #expect(try field("NoNewPrivs", of: pid) == "1")
    }

    @Test func `an agent with a user has no privilege, and its plugins have users of their own`() async throws {
        let stage = try Stage(plugins: [.fixture, .linux])
        let server = try await stage.server()
        try FileManager.default.createDirectory(atPath: stage.path("fixture"), withIntermediateDirectories: true)
        let agent = try await StageAgent.join(server, user: Self.user)
        try await agent.synchronised()
        let (core, fixture, linux) = (
            agent.process.pid, try await host(agent), try await host(agent, "martlet.linux")
        )
        try expectUser(core, "\(Self.uid)")
        #expect(try field("CapBnd", of: core) == "0000000000000000")
        let users = try [fixture, linux].map { try field("Uid", of: $0).split(separator: "\t").first ?? "" }
        for (pid, user) in zip([fixture, linux], users) {
            try expectUser(pid, String(user))
            #expect(try #require(UInt32(user)) >= 0x7000_0000)
        }
        #expect(users[0] != users[1])
        let helper = try #require(try Int32(field("PPid", of: fixture)))
        #expect(try children(of: core) == [helper], "hosts are the helper's")
        // Files are the user's, the folder that holds what root keeps is not.
        var status = stat()
        #expect(stat(stage.path("web1"), &status) == 0 && status.st_uid == 0 && status.st_mode & 0o7777 == 0o1770)
        #expect(stat(stage.path("web1/privileged"), &status) == 0 && status.st_uid == 0)
        #expect(stat(stage.path("web1/identity/device.key"), &status) == 0 && status.st_uid == Self.uid)
        let resident = try field("VmRSS", of: helper)
        print("martlet-privileged as built for tests, linked to Swift's runtime: \(resident)")

        // What is open to everybody is closed to plugins in the agent's own folder, where the kernel has Landlock.
        try stage.write("web1/open", "x")
        #expect(chmod(stage.path("web1"), 0o1775) == 0)
        try stage.write("fixture/open", "x")
        let attempt = { (target: String) in
            let run = try await server.startTask("attempt", parameters: "{what: read, target: \"\(target)\"}")
            return run["status"]?["result"]?["errno"]?.integerValue
        }
        #expect(try await attempt(stage.path("fixture/open")) == 0)
        #expect(try await attempt(stage.path("web1/open")) == (pl_landlock_version() > 0 ? Int64(EACCES) : 0))
        #expect(chmod(stage.path("web1"), 0o1770) == 0)

        // One whose process is killed is started again, by the helper.
        kill(fixture, SIGKILL)
        try await eventually("it is started again\n\(agent.process.text.suffix(3_000))", within: 60) {
            try await host(agent) != fixture
        }
        #expect(agent.process.text.contains("ended by signal 9"))
        let again = try await host(agent)
        // Nothing is left of an agent that is killed.
        await agent.stop(signal: SIGKILL)
        try await eventually("helper and hosts end", within: 30) {
            [helper, again, linux].allSatisfy(ProcessState.isOver)
        }
        // And it starts again on the same data.
        let next = try await StageAgent.start(stage, name: "web1")
        try await next.synchronised()
        let last = try await host(next)
        let other = try #require(try Int32(field("PPid", of: last)))
        kill(other, SIGKILL)
        #expect(await next.process.end() == 1, "the agent ends when its helper does")
        #expect(next.process.text.contains("agent stops"), "in order")
        try await eventually("its hosts are gone", within: 30) { ProcessState.isOver(last) }
    }

    @Test func `units and files that were granted are reached by way of the helper, and no others`() async throws {
        let stage = try Stage(plugins: [.fixture, .linux])
        let script = stage.path("shop.sh")
        try stage.write(
            "shop.sh",
            "#!/bin/bash\necho $$ > \(stage.path("shop.new")); mv \(stage.path("shop.new")) \(stage.path("shop.pid"))\n"
                + "exec -a shop.sh sleep 1000\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
        let server = try await stage.server()
        let folder = stage.path("fixture")
        try FileManager.default.createDirectory(atPath: folder + "/below", withIntermediateDirectories: true)
        let agent = try await StageAgent.join(
            server,
            extra: """
                directUnits:
                  shop: {start: ["\(script)"], pidFile: "\(stage.path("shop.pid"))"}
                  books: {start: ["\(script)"], pidFile: "\(stage.path("books.pid"))"}
                grants:
                  martlet.linux: {units: [shop]}
                """, user: Self.user)
        try await agent.synchronised()
        _ = try await host(agent)
        func run(_ unit: String) async throws -> JSONValue? {
            try await server.apply(
                """
                apiVersion: martlet/v1
                kind: Task
                metadata: {name: restart-\(unit)}
                spec: {application: martlet.linux, task: restart-service, parameters: {unit: \(unit)}, scope: {group: root}}
                """)
            _ = try await server.martlet(["run", "restart-\(unit)", "--device", "web1", "--wait"])
            return try await server.get("runs").first { $0["spec"]?["taskName"]?.stringValue == "restart-\(unit)" }?[
                "status"]
        }
        let done = try await run("shop")
        #expect(done?["state"] == "succeeded" && done?["result"]?["state"] == "running", "\(done ?? .null)")
        let text = try String(contentsOfFile: stage.path("shop.pid"), encoding: .utf8)
        let shop = try #require(pid_t(text.trimmingCharacters(in: .newlines)))
        defer { kill(shop, SIGKILL) }
        #expect(try field("Uid", of: shop).hasPrefix("0\t"), "a service is started as before")
        #expect(try await run("books")?["state"] == "failed")
        #expect(!FileManager.default.fileExists(atPath: stage.path("books.pid")))

        func write(_ path: String) async throws -> JSONValue? {
            try await server.task("write", parameters: "{path: \"\(path)\", content: hello}")
            _ = try await server.martlet(["run", "write", "--device", "web1", "--wait"])
            return try await server.get("runs").first?["status"]
        }
        let file = folder + "/application.conf"
        try "old".write(toFile: file, atomically: false, encoding: .utf8)
        #expect(chown(file, 1, 2) == 0 && chmod(file, 0o640) == 0)
        let wrote = try await write(file)
        #expect(wrote?["state"] == "succeeded", "\(wrote ?? .null)\n\(agent.process.text.suffix(3_000))")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "hello")
        var status = stat()
        #expect(stat(file, &status) == 0)
        #expect(status.st_uid == 1 && status.st_gid == 2 && status.st_mode & 0o7777 == 0o640, "owner and mode stay")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["application.conf", "below"])
        // A link in the place of a folder or of the file leads nowhere.
        let outside = stage.path("outside")
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
        try FileManager.default.removeItem(atPath: folder + "/below")
        #expect(symlink(outside, folder + "/below") == 0)
        #expect(symlink(outside + "/file", folder + "/link") == 0)
        for path in [folder + "/below/file", folder + "/link", folder + "/../outside/file", stage.path("outside/file")]
        {
            #expect(try await write(path)?["state"] == "failed", "\(path)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside).isEmpty)
    }

    @Test func `an installation of an agent that was root goes on as another user, with its identity`() async throws {
        let stage = try Stage(plugins: [.fixture])
        let server = try await stage.server()
        let vendor = try await StageVendor(stage)
        try await vendor.trust(server, serial: 7)
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        try await eventually("the statement of trust is there") {
            try await server.entry("martlet.trust", of: "web1")?["status"] == "applied"
        }
        #expect(agent.process.text.contains("the agent stays root"))
        await agent.stop()
        // A link among its files, as nobody should have made one.
        try stage.write("roots-own", "x")
        #expect(symlink(stage.path("roots-own"), stage.path("web1/identity/link")) == 0)
        try StageAgent.configure(stage, name: "web1", port: server.agentPort, user: Self.user)
        let again = try await StageAgent.start(stage, name: "web1")
        try await again.synchronised()
        #expect(again.uid == agent.uid)
        try expectUser(again.process.pid, "\(Self.uid)")
        let plugin = try await host(again)
        var status = stat()
        #expect(stat(stage.path("web1/agent.db"), &status) == 0 && status.st_uid == Self.uid)
        #expect(stat(stage.path("roots-own"), &status) == 0 && status.st_uid == 0, "no link is followed")
        let kept = try String(contentsOfFile: stage.path("web1/privileged/trust.json"), encoding: .utf8)
        #expect(kept.contains("\"serial\":7"))
        // It ends in order when it is told to, and leaves nothing.
        again.process.signal(SIGTERM)
        #expect(await again.process.end() == 0)
        try await eventually("its socket is gone", within: 30) { access(stage.path("web1.sock"), F_OK) != 0 }
        try await eventually("its plugins' processes are gone", within: 30) { ProcessState.isOver(plugin) }
    }

    @Test func `an agent that is killed while it waits to be enrolled leaves no process`() async throws {
        let stage = try Stage()
        _ = try await stage.server()
        // Where nobody listens.
        try StageAgent.configure(
            stage, name: "web1", port: 1, extra: "enrollment: {tokenFile: \(stage.path("token"))}", user: Self.user)
        try stage.write("token", "mt_enroll_x")
        #expect(chmod(stage.path("token"), 0o600) == 0)
        let process = try ChildProcess(
            Products.executable("martlet-agent"), ["run", "--config", stage.path("web1.yaml")],
            log: stage.directory.appendingPathComponent("web1.log"))
        let child = try await eventually("a child without privilege tries\n\(process.text)", within: 60) {
            try children(of: process.pid).first { (try? field("Uid", of: $0).hasPrefix("\(Self.uid)\t")) == true }
        }
        try await eventually("it tries\n\(process.text)", within: 60) { process.text.contains("enrolment failed") }
        process.signal(SIGKILL)
        try await eventually("the child ends", within: 30) { ProcessState.isOver(child) }
    }

    @Test func `a user that is not there, or is root, is refused with the place in agent.yaml`() async throws {
        let stage = try Stage()
        for name in ["no-such-user", "root"] {
            try stage.write("agent.yaml", "server: {host: localhost}\n# who\nuser: \(name)\n")
            let outcome = try await stage.run("martlet-agent", ["run", "--config", stage.path("agent.yaml")])
            try outcome.expect(5)
            #expect(outcome.errors.contains("agent.yaml:3:7: /user: expected a user"), "\(outcome.errors)")
        }
    }
}
