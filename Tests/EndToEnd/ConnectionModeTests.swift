import DesiredState
import Foundation
import TestStage
import Testing

@Suite struct ConnectionModeTests {
    @Test(.tags(.R02, .R10))
    func `a device synchronises every interval and disconnects; a new interval needs no restart`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.join(server)
        let first = try await agent.synchronised()
        #expect(first["mode"] == "periodic")
        #expect(first["connected"] == false)
        #expect(first["syncIntervalSeconds"] == 900)
        try await server.operate("set", "device", "web1", "--sync-interval", "5s")
        try await server.operate("sync", "web1", "--wait")
        let second = try await agent.synchronised(after: first["lastSync"]?.integerValue ?? 0)
        #expect(second["syncIntervalSeconds"] == 5)
        let third = try await agent.synchronised(after: second["lastSync"]?.integerValue ?? 0)
        let fourth = try await agent.synchronised(after: third["lastSync"]?.integerValue ?? 0)
        let spacing = try #require(fourth["lastSync"]?.integerValue) - #require(third["lastSync"]?.integerValue)
        #expect(spacing >= 4_900_000)
        #expect(fourth["connected"] == false)
        #expect(agent.process.isRunning)
    }

    @Test(.tags(.R02)) func `the interval of a group holds for its devices and a device's own wins`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        try await server.apply(
            """
            apiVersion: martlet/v1
            kind: Group
            metadata: {name: servers}
            spec: {parent: root, syncInterval: 7m}
            """)
        let agent = try await StageAgent.join(server, group: "root/servers")
        try await agent.synchronised()
        #expect(try await agent.status()["syncIntervalSeconds"] == 420)
        try await server.operate("set", "device", "web1", "--sync-interval", "3m")
        try await server.operate("sync", "web1", "--wait")
        try await eventually("the device's own interval") { try await agent.status()["syncIntervalSeconds"] == 180 }
    }

    @Test(.tags(.R03, .R18))
    func `keep-connection gives control where nothing can reach the device, and is switched off again`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.join(server, settings: ["wake": "{enabled: false}"])
        try await agent.synchronised()
        let wake = try await server.martlet(["sync", "web1", "--wait", "--timeout", "2s"])
        #expect(wake.code != 0)
        try await server.operate("set", "device", "web1", "--keep-connection", "on", "--sync-interval", "5s")
        // It learns of it at its next synchronisation: here after a restart, in life within the interval.
        let again = try await agent.restart()
        try await eventually("connected\n\(again.process.text)") { try await server.presence("web1") == "connected" }
        try await server.operate("sync", "web1", "--wait")
        try await server.operate("set", "device", "web1", "--keep-connection", "off")
        try await eventually("no longer connected") { try await server.presence("web1") != "connected" }
        #expect(try await again.status()["connected"] == false)
    }

    @Test(.tags(.R03)) func `a persistent connection returns by itself after the server was killed`() async throws {
        let stage = try Stage()
        var server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        server = try await server.restart(signal: SIGKILL)
        try await eventually("connected again\n\(agent.process.text.suffix(1_000))", within: 60) {
            try await server.presence("web1") == "connected"
        }
    }

    @Test(.tags(.R04)) func `past the ceiling a device stays periodic, is told so, and the operator sees it`()
        async throws
    {
        let stage = try Stage(serverSettings: "persistentCeiling: 1")
        let server = try await stage.server()
        let first = try await StageAgent.joinConnected(server, name: "one")
        let second = try await StageAgent.join(server, name: "two")
        try await second.synchronised()
        try await server.operate("set", "device", "two", "--keep-connection", "on")
        try await server.operate("sync", "two", "--wait")
        try await eventually("the operator sees the refusal") {
            try await server.device("two")["status"]?["keepConnectionRefused"]?["reason"]?.stringValue?.contains(
                "1 persistent connections are taken") == true
        }
        #expect(try await second.status()["keepConnectionRefused"]?.stringValue?.isEmpty == false)
        #expect(try await server.presence("two") == "periodic")
        #expect(try await server.presence("one") == "connected")
        #expect(first.process.isRunning)
    }

    @Test(.tags(.R04)) func `at the ceiling a higher priority takes the place of a lower`() async throws {
        let stage = try Stage(serverSettings: "persistentCeiling: 1")
        let server = try await stage.server()
        try await server.apply(
            """
            apiVersion: martlet/v1
            kind: Group
            metadata: {name: important}
            spec: {parent: root, keepConnection: true, priority: 10}
            """)
        let first = try await StageAgent.joinConnected(server, name: "one")
        _ = first
        let second = try await StageAgent.join(server, name: "two", group: "root/important")
        try await eventually("the important one is connected\n\(second.process.text)") {
            try await server.presence("two") == "connected"
        }
        try await eventually("the other is not") { try await server.presence("one") == "periodic" }
    }

    @Test(.tags(.R05, .R17)) func `a wake by UDP causes a synchronisation although the next one is far`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.join(server)
        let before = try await agent.synchronised()
        #expect(
            try #require(before["nextConnection"]?.integerValue) - #require(before["lastSync"]?.integerValue)
                >= 600_000_000)
        try await server.operate("sync", "web1", "--wait")
        let after = try await agent.synchronised(after: before["lastSync"]?.integerValue ?? 0)
        #expect(after["connected"] == false)
        #expect(
            try await server.device("web1")["status"]?["wake"]?["report"]?.stringValue?.contains("answered") == true)
    }

    @Test(.tags(.R05, .R07, .R08, .R10))
    func `a server on both families wakes a device of IPv4 and hears it go`() async throws {
        let stage = try Stage()
        let server = try await stage.server(host: "::")
        let agent = try await StageAgent.join(server, settings: ["wake": "{port: 0}"])
        try await agent.synchronised()
        try await server.operate("sync", "web1", "--wait")
        #expect(try await server.device("web1")["status"]?["address"] == "127.0.0.1")
        await agent.stop()
        try await eventually("off", within: 5) { try await server.presence("web1") == "off" }
    }

    @Test(.tags(.R05))
    func `a wake that nobody hears is reported with the address and when the device comes by itself`() async throws {
        let stage = try Stage()
        let server = try await stage.server(wakeTimeout: 1)
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        agent.process.signal(SIGKILL)
        _ = await agent.process.end()
        let outcome = try await server.martlet(["sync", "web1", "--wait", "--timeout", "5s"])
        #expect(outcome.code == 8)
        let report = try #require(try await server.device("web1")["status"]?["wake"]?["report"]?.stringValue)
        #expect(report.contains("no answer from 127.0.0.1:\(agent.wakePort) in 1 s"))
        #expect(report.contains("come by itself"))
    }

    @Test(.tags(.R05)) func `garbage and forged datagrams change nothing and are counted`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.join(server)
        let before = try await agent.synchronised()
        for text in ["x", String(repeating: "y", count: 120), "MT\u{1}\u{1}" + String(repeating: "z", count: 92)] {
            try Datagrams.send(Array(text.utf8), port: agent.wakePort)
            try Datagrams.send(Array(text.utf8), port: server.offNoticePort)
        }
        try await eventually("counted") { (try await agent.status()["droppedDatagrams"]?.integerValue ?? 0) >= 2 }
        #expect(try await agent.status()["lastSync"] == before["lastSync"])
        #expect(try await server.presence("web1") == "periodic")
    }

    @Test(.tags(.R08)) func `a device that is stopped says so and shows as off at once`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        await agent.stop()
        try await eventually("off", within: 5) { try await server.presence("web1") == "off" }
        #expect(try await server.device("web1")["status"]?["off"]?["reason"]?.stringValue == "agent stopped")
        let again = try await StageAgent.start(stage, name: "web1")
        try await eventually("no longer off\n\(again.process.text)") { try await server.presence("web1") == "periodic" }
    }
}
