import DesiredState
import Glibc
import PluginTestBench
import Testing

@testable import AgentPlugins

/// The plugin with a real nginx.
@Suite(.serialized)
struct NginxTests {
    @Test("state follows nginx: stopped, running with version and workers, stopped", .tags(.R13, .R18, .R22))
    func reportsState() async throws {
        let nginx = try NginxBench()
        try await nginx.bench.run { manager in
            try await nginx.bench.waitUntil(.running)
            try await nginx.bench.wait("state is stopped") { $0.instances.map(\.state) == [.stopped] }
            #expect(await manager.control(NginxBench.id, instance: nil, .start) == .done)
            try await nginx.bench.wait("state is running") { $0.instances.map(\.state) == [.running] }
            let instance = try #require(try await nginx.bench.report.instances.first)
            #expect(instance.version.hasPrefix("1."))
            #expect(Page.get("/", port: nginx.sitePort)?.hasSuffix("a site\n") == true)
            let first = nginx.master
            #expect(await manager.control(NginxBench.id, instance: nil, .restart) == .done)
            #expect(nginx.master != first)
            #expect(await manager.control(NginxBench.id, instance: nil, .stop) == .done)
            try await nginx.bench.wait("state is stopped") { $0.instances.map(\.state) == [.stopped] }
            #expect(nginx.events("server.stopped").allSatisfy { $0.severity == .info }, "an operator asked for it")
        }
    }

    @Test("a policy changes what nginx answers, by a reload of the same master", .tags(.R22))
    func policyChangesAnswers() async throws {
        let nginx = try NginxBench()
        try await nginx.run {
            let master = nginx.master
            #expect(Page.get("/", port: nginx.sitePort)?.contains("Server: nginx/1.") == true)
            let port = try FreePort.onLoopback()
            let settings: JSONValue = [
                "hideVersion": true,
                "snippet": .string("server { listen 127.0.0.1:\(port); return 200 \"of the policy\"; }"),
            ]
            #expect(await nginx.manager.apply(settings, to: NginxBench.id) == .applied)
            #expect(Page.get("/", port: nginx.sitePort)?.contains("Server: nginx\r\n") == true)
            #expect(Page.get("/", port: port)?.hasSuffix("of the policy") == true)
            #expect(nginx.master == master, "nothing was restarted")
            #expect(await nginx.manager.settingsInForce(of: NginxBench.id)?["hideVersion"] == true)
        }
    }

    @Test(
        "a snippet that nginx refuses is put back, told with its words and an event, and nothing stops",
        .tags(.R16, .R22))
    func putsBack() async throws {
        let nginx = try NginxBench()
        try await nginx.run {
            #expect(await nginx.manager.apply(["maxBodyMiB": 5], to: NginxBench.id) == .applied)
            let before = try PluginBench.read(nginx.snippet)
            let outcome = await nginx.manager.apply(["snippet": "bogus on;"], to: NginxBench.id)
            guard case .failed(let problem) = outcome else { throw Failure("\(outcome)") }
            #expect(problem.reason.contains("unknown directive \"bogus\" in \(nginx.snippet)"))
            #expect(problem.pointer == "/snippet")
            #expect(try PluginBench.read(nginx.snippet) == before)
            try await nginx.bench.recorder.wait("the event") {
                $0.events.contains { $0.type == "configuration.rejected" && $0.text.contains("bogus") }
            }
            #expect(await nginx.manager.settingsInForce(of: NginxBench.id)?["maxBodyMiB"] == 5)
            try await nginx.bench.wait("state is running") { $0.instances.map(\.state) == [.running] }
            #expect(Page.get("/", port: nginx.sitePort) != nil)
        }
    }

    @Test("a port in use, which nginx's test does not notice, is noticed and put back", .tags(.R22))
    func noticesPortInUse() async throws {
        let nginx = try NginxBench()
        let (other, port) = try FreePort.listener()
        defer { close(other) }
        try await nginx.run {
            #expect(await nginx.manager.apply(["maxBodyMiB": 5], to: NginxBench.id) == .applied)
            let before = try PluginBench.read(nginx.snippet)
            let outcome = await nginx.manager.apply(
                ["snippet": .string("server { listen 127.0.0.1:\(port); }")], to: NginxBench.id)
            guard case .failed(let problem) = outcome else { throw Failure("\(outcome)") }
            #expect(problem.reason.contains("did not take the configuration"))
            #expect(try PluginBench.read(nginx.snippet) == before)
            #expect(try await nginx.bench.perform("reload").state == .succeeded)
        }
    }

    @Test("a plugin that was ended in the middle of a change puts the former file back", .tags(.R22, .R23))
    func survivesDeathInTheMiddle() async throws {
        let nginx = try NginxBench()
        try await nginx.run {
            #expect(await nginx.manager.apply(["maxBodyMiB": 5], to: NginxBench.id) == .applied)
            let before = try PluginBench.read(nginx.snippet)
            // What such a death leaves: the former file remembered, an untested one in its place.
            let storage = PluginStorage(dataDirectory: "\(nginx.root)/data")
            let kept = await storage.store([0x2B] + before, under: "former-snippet", of: NginxBench.id)
            #expect(kept.status == .done)
            try nginx.write("never tested;", to: nginx.snippet)
            let outcome = await nginx.manager.apply(["snippet": "bogus on;"], to: NginxBench.id)
            guard case .failed = outcome else { throw Failure("\(outcome)") }
            #expect(try PluginBench.read(nginx.snippet) == before)
        }
    }

    @Test("a file that nginx.conf does not include is said, not taken for success", .tags(.R22))
    func noticesMissingInclude() async throws {
        let nginx = try NginxBench(including: "other.d/*.conf")
        try await nginx.run {
            let outcome = await nginx.manager.apply(["hideVersion": true], to: NginxBench.id)
            guard case .failed(let problem) = outcome else { throw Failure("\(outcome)") }
            #expect(problem.reason.contains("does not include \(nginx.snippet)"))
        }
    }

    @Test(
        "an administrator's broken file degrades the state and refuses restart and reload, until it is mended",
        .tags(.R13, .R14))
    func refusesBrokenRestart() async throws {
        let nginx = try NginxBench()
        try await nginx.run {
            let master = nginx.master
            let extra = "\(nginx.root)/conf.d/admin.conf"
            try nginx.write("listen here;", to: extra)
            let restart = await nginx.manager.control(NginxBench.id, instance: nil, .restart)
            #expect("\(restart)".contains("directive is not allowed here"), "\(restart)")
            #expect(nginx.master == master)
            try await nginx.bench.wait("state is degraded") { $0.instances.map(\.state) == [.degraded] }
            let reload = try await nginx.bench.perform("reload")
            guard case .failed(let message) = reload.state else { throw Failure("\(reload)") }
            #expect(message.contains("admin.conf"))
            unlink(extra)
            #expect(try await nginx.bench.perform("test-configuration").state == .succeeded)
            try await nginx.bench.wait("state is running") { $0.instances.map(\.state) == [.running] }
            let good = try await nginx.bench.perform("reload")
            #expect(good.state == .succeeded && String(decoding: good.result, as: UTF8.self) == #"{"workers":2}"#)
        }
    }

    @Test("statistics are those of stub_status, counted since nginx was started", .tags(.R15, .R22))
    func reportsStatistics() async throws {
        let nginx = try NginxBench()
        try await nginx.run {
            #expect(await nginx.manager.apply(["checkSeconds": 60], to: NginxBench.id) == .applied)
            for _ in 0..<5 { #expect(Page.get("/", port: nginx.sitePort) != nil) }
            let values = await nginx.manager.statistics().flatMap(\.values)
            let requests = try #require(values.first { $0.name == "requests" })
            #expect(requests.value >= 6 && requests.kind == .counter && requests.startTime > 0)
            #expect(values.first { $0.name == "connections.active" }?.value == 1)
            #expect(values.count == 7)
            #expect(try await nginx.bench.report.health.refusals == 0, "everything it says is in its manifest")
            let host = try #require(try await nginx.bench.report.health.pid)
            let memory = try #require(HostMemory(of: host))
            print("plugin host with nginx (Swift, debug): \(memory)")
            #expect(memory.privateDirty < 64 << 10)
        }
    }

    @Test("an nginx that writes its number before it is a master is waited for", .tags(.R16, .R18))
    func waitsForTitle() async throws {
        // What nginx does within a millisecond, or some twenty on a busy machine, made long enough to be seen.
        let nginx = try NginxBench(
            startedBy: "echo $$ > $1/nginx.pid; sleep 1; exec /usr/sbin/nginx -c $1/nginx.conf -g 'daemon off;'")
        try await nginx.bench.run { manager in
            try await nginx.bench.waitUntil(.running)
            #expect(await manager.control(NginxBench.id, instance: nil, .start) == .done)
            let master = try #require(nginx.master)
            defer { kill(master, SIGTERM) }
            let states = try await nginx.bench.report.instances.map(\.state)
            #expect(states == [.running], "one that ends after this is an event")
            #expect(Page.get("/", port: nginx.sitePort) != nil)
        }
    }

    @Test(
        "what does not become a master of nginx was not started, and the answer names the file of its number",
        .tags(.R18))
    func noticesOther() async throws {
        let nginx = try NginxBench(startedBy: "echo $$ > $1/nginx.pid; trap 'kill $!; exit' TERM; sleep 20 & wait")
        try await nginx.bench.run { manager in
            try await nginx.bench.waitUntil(.running)
            let start = await manager.control(NginxBench.id, instance: nil, .start)
            #expect("\(start)".contains("\(nginx.root)/nginx.pid does not name a master process of nginx"), "\(start)")
            #expect(await manager.control(NginxBench.id, instance: nil, .stop) == .done)
        }
    }

    @Test("nginx that dies by itself is an event of severity failure", .tags(.R16))
    func noticesDeath() async throws {
        let nginx = try NginxBench()
        try await nginx.run {
            #expect(await nginx.manager.apply(["checkSeconds": 1], to: NginxBench.id) == .applied)
            let master = try #require(nginx.master)
            kill(master, SIGTERM)
            try await nginx.bench.recorder.wait("server.stopped") {
                $0.events.contains { $0.type == "server.stopped" && $0.severity == .failure }
            }
            try await nginx.bench.wait("state is stopped") { $0.instances.map(\.state) == [.stopped] }
        }
    }
}
