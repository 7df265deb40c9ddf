import DesiredState
import Foundation
import Glibc
import TestStage
import Testing

@Suite(.tags(.R07)) struct CloneTests {
    /// Copies a stopped agent's data directory to that of another one, with sockets of its own.
    private func copy(
        _ stage: Stage, _ server: StageServer, from: String, to: String, user: String? = nil
    ) async throws {
        try StageAgent.configure(stage, name: to, port: server.agentPort, user: user)
        // With owners, as the copy of a disk has them.
        try await Outcome.of(
            URL(fileURLWithPath: "/bin/cp"), ["-a", stage.path(from), stage.path(to)]
        ).expect(0)
    }

    private func hold(_ server: StageServer, _ uid: String) async throws -> String? {
        try await server.device(uid)["status"]?["hold"]?["reason"]?.stringValue
    }

    /// `user`: whom the agents become; nil stays who the tests are.
    @Test(arguments: geteuid() == 0 ? [nil, "nobody"] : [nil])
    func `two periodic copies of a device are held, and go on as two after a split`(user: String?) async throws {
        let stage = try Stage()
        let server = try await stage.server()
        var first = try await StageAgent.join(server, name: "web1", user: user)
        try await first.synchronised()
        try await server.operate("set", "device", first.uid, "--sync-interval", "5s")
        try await server.operate("sync", "web1", "--wait")
        await first.stop()
        try await copy(stage, server, from: "web1", to: "web2", user: user)
        first = try await StageAgent.start(stage, name: "web1")
        let second = try await StageAgent.start(stage, name: "web2")
        #expect(second.uid == first.uid)
        try await eventually("held\n\(first.process.text.suffix(800))\n\(second.process.text.suffix(800))", within: 60)
        {
            try await hold(server, first.uid)?.contains("two agents") == true
        }
        try await eventually("both know") {
            let holds = [try await first.status()["hold"], try await second.status()["hold"]]
            return holds.allSatisfy { $0?.stringValue?.contains("two agents") == true }
        }
        // While it is held nothing is ordered of it, whoever comes.
        try await server.task("emit", parameters: "{count: 1, severity: 1}")
        try await server.operate("run", "emit", "--device", first.uid)
        let came = (
            try await first.status()["lastSync"]?.integerValue ?? 0,
            try await second.status()["lastSync"]?.integerValue ?? 0
        )
        try await first.synchronised(after: came.0)
        try await second.synchronised(after: came.1)
        #expect(try await server.get("runs").allSatisfy { $0["status"]?["state"] == "pending" })

        try await server.operate("split", first.uid)
        try await eventually(
            "there are two devices, none held\n\(first.process.text.suffix(1_500))\n\(second.process.text.suffix(1_500))",
            within: 60
        ) {
            let devices = try await server.get("devices")
            return devices.count == 2 && devices.allSatisfy { $0["status"]?["hold"] == nil }
                && devices.allSatisfy { $0["status"]?["lastSeen"] != nil }
        }
        // The newcomer starts anew under its own identity.
        let uids: Set<String?> = try await eventually("each answers under its own") {
            let uids = Set([
                try await first.status()["uid"]?.stringValue, try await second.status()["uid"]?.stringValue,
            ])
            return uids.count == 2 ? uids : nil
        }
        #expect(uids.count == 2)
        #expect(uids == Set(try await server.get("devices").map { $0["metadata"]?["uid"]?.stringValue }))
        // Both work: each takes an order again.
        for uid in uids.compactMap(\.self) { try await server.operate("sync", uid, "--wait") }

        // Revoking the parent names the other, and takes it along when asked to.
        let (parent, child) = (first.uid, uids.compactMap(\.self).first { $0 != first.uid } ?? "")
        func revoke(_ more: String...) async throws -> Outcome {
            try await stage.run(
                "martlet-server", ["device", "revoke", parent, "--config", stage.path("server.yaml")] + more)
        }
        let named = try await revoke()
        try named.expect(0)
        #expect(named.output.contains("split off from it and still let in: \(child)"), "\(named.output)")
        #expect(try await server.presence(child) != "revoked")
        try await revoke("--with-copies").expect(0)
        #expect(try await server.presence(child) == "revoked")
    }

    @Test func `the copy of a connected device is found when it connects, and the device stays connected`() async throws
    {
        let stage = try Stage()
        let server = try await stage.server()
        var first = try await StageAgent.joinConnected(server, name: "web1")
        await first.stop()
        try await copy(stage, server, from: "web1", to: "web2")
        first = try await StageAgent.start(stage, name: "web1")
        try await eventually("connected") { try await server.presence(first.uid) == "connected" }
        let since = try await server.device(first.uid)["status"]?["connectedSince"]
        let second = try await StageAgent.start(stage, name: "web2")
        try await eventually("held\n\(second.process.text.suffix(1_500))") { try await hold(server, first.uid) != nil }
        try await eventually("the copy was told") { try await second.status()["hold"]?.stringValue?.isEmpty == false }
        #expect(try await server.device(first.uid)["status"]?["connectedSince"] == since)
        #expect(try await first.status()["connected"] == true)
        #expect(try await second.status()["connected"] == false)

        // The operator removes the copy, and the device works as before.
        await second.stop(signal: SIGKILL)
        try await server.operate("release", first.uid)
        try await server.operate("sync", first.uid, "--wait")
        #expect(try await hold(server, first.uid) == nil)
        try await server.martlet(["release", first.uid]).expect(4)
    }

    @Test func `a group that says so gives copies an identity of their own without anybody`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        try await server.apply(
            """
            apiVersion: martlet/v1
            kind: Group
            metadata: {name: images}
            spec: {parent: root, cloneAction: split, syncInterval: 5s, keepConnection: true}
            """)
        var first = try await StageAgent.join(server, name: "web1", group: "root/images")
        try await first.synchronised()
        await first.stop()
        try await copy(stage, server, from: "web1", to: "web2")
        first = try await StageAgent.start(stage, name: "web1")
        try await eventually("connected") { try await server.presence(first.uid) == "connected" }
        let second = try await StageAgent.start(stage, name: "web2")
        try await eventually("two devices are connected\n\(second.process.text.suffix(2_000))", within: 60) {
            let devices = try await server.get("devices")
            return devices.count == 2 && devices.allSatisfy { $0["status"]?["presence"] == "connected" }
        }
        #expect(try await server.get("devices").allSatisfy { $0["status"]?["group"] == "images" })
        #expect(try await second.status()["uid"]?.stringValue != first.uid)
    }

    @Test(.tags(.R16)) func `a device restored from a snapshot is said to be, is not held, and loses no event`()
        async throws
    {
        let stage = try Stage()
        let server = try await stage.server()
        var agent = try await StageAgent.join(server, name: "web1")
        try await agent.synchronised()
        try await server.startTask("emit", parameters: "{count: 5, severity: 1}")
        try await eventually("the spool is empty") { try await agent.status()["spool"]?["events"] == 0 }
        await agent.stop()
        try FileManager.default.copyItem(atPath: stage.path("web1"), toPath: stage.path("snapshot"))
        agent = try await StageAgent.start(stage, name: "web1")
        try await agent.synchronised()
        try await server.startTask("emit", parameters: "{count: 5, first: 100, severity: 1}")
        try await eventually("the spool is empty") { try await agent.status()["spool"]?["events"] == 0 }
        await agent.stop()
        try FileManager.default.removeItem(atPath: stage.path("web1"))
        try FileManager.default.copyItem(atPath: stage.path("snapshot"), toPath: stage.path("web1"))
        agent = try await StageAgent.start(stage, name: "web1")
        try await agent.synchronised()
        // Its numbers are those of events that the server has from before the restore.
        try await server.startTask("emit", parameters: "{count: 5, first: 200, severity: 1}")
        try await eventually("the spool is empty\n\(agent.process.text.suffix(1_500))") {
            try await agent.status()["spool"]?["events"] == 0
        }
        let numbers = try await server.events(type: "fixture.number").compactMap {
            $0["spec"]?["data"]?["number"]?.integerValue
        }
        #expect(numbers.sorted() == [1, 2, 3, 4, 5] + [100, 101, 102, 103, 104] + [200, 201, 202, 203, 204])
        let device = try await server.device("web1")["status"]
        #expect(device?["restored"] != nil)
        #expect(device?["hold"] == nil)
        #expect(try await server.events(type: "events.lost").isEmpty)
    }
}
