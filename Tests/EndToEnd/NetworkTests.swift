import DesiredState
import Foundation
import TestStage
import Testing

/// Devices in networks of their own: namespaces with veth and nftables.
@Suite(.enabled(if: TestNetwork.isPossible, Comment(rawValue: TestNetwork.reason))) struct NetworkTests {
    private static let loss = """
        nft add table inet faults
        nft add chain inet faults in '{ type filter hook input priority 0; }'
        nft add chain inet faults out '{ type filter hook output priority 0; }'
        nft add rule inet faults in iif != lo numgen random mod 100 \\< 20 counter drop
        nft add rule inet faults out oif != lo numgen random mod 100 \\< 20 counter drop
        """
    private static let cut = """
        nft add table inet cut
        nft add chain inet cut in '{ type filter hook input priority -5; }'
        nft add chain inet cut out '{ type filter hook output priority -5; }'
        nft add rule inet cut in iif != lo drop
        nft add rule inet cut out oif != lo drop
        """

    /// A server and a device on one link, as 10.77.0.1 and 10.77.0.2.
    private func onALink() async throws -> (TestNetwork, Stage, StageServer) {
        let network = try await TestNetwork(["server", "web1"])
        try await network.link("server", ["10.77.0.1/24"], "web1", ["10.77.0.2/24"])
        let stage = try Stage(network: network)
        return (network, stage, try await stage.server(host: "0.0.0.0"))
    }

    @Test(.tags(.R03, .R18))
    func `a device behind NAT without an open port stays controlled over its persistent connection`() async throws {
        let network = try await TestNetwork(["server", "router", "web1"])
        try await network.link("server", ["10.77.0.1/24"], "router", ["10.77.0.254/24"])
        try await network.link("router", ["192.168.77.1/24"], "web1", ["192.168.77.2/24"])
        // The NAT forgets a connection on which nothing passed for 60 s; agents ping every 45 s.
        try await network.shell(
            "router",
            """
            sysctl -qw net.ipv4.ip_forward=1
            nft add table ip nat
            nft add chain ip nat post '{ type nat hook postrouting priority 100; }'
            nft add rule ip nat post oifname route-serve masquerade
            nft add table ip filter
            nft add chain ip filter forward '{ type filter hook forward priority 0; policy drop; }'
            nft add rule ip filter forward iifname route-web1 accept
            nft add rule ip filter forward ct state established accept
            sysctl -qw net.netfilter.nf_conntrack_tcp_timeout_established=60
            sysctl -qw net.netfilter.nf_conntrack_tcp_loose=0
            """)
        try await network.shell("web1", "ip route add default via 192.168.77.1")
        let stage = try Stage(network: network)
        let server = try await stage.server(host: "0.0.0.0", wakeTimeout: 2)
        let agent = try await StageAgent.join(server, host: "10.77.0.1")
        try await agent.resting()
        // It cannot be woken, and the server says so; with its next contact it keeps a connection.
        let wake = try await server.martlet(["sync", "web1", "--wait", "--timeout", "4s"])
        #expect(wake.code == 8)
        #expect(
            try await server.device("web1")["status"]?["wake"]?["report"]?.stringValue?.contains("10.77.0.254") == true)
        try await server.operate("set", "device", "web1", "--keep-connection", "on")
        let again = try await agent.restart()
        try await eventually("connected\n\(again.process.text.suffix(1_000))") {
            try await server.presence("web1") == "connected"
        }
        let since = try await server.device("web1")["status"]?["connectedSince"]
        // Longer than the NAT remembers a silent connection; the condition is that the time has passed.
        let idle = ContinuousClock.now + .seconds(75)
        try await eventually("75 s have passed", within: 90) { ContinuousClock.now >= idle }
        try await server.operate("app", "stop", "martlet.fixture", "--device", "web1", "--wait")
        #expect(try await server.device("web1")["status"]?["connectedSince"] == since)
    }

    /// A server with two addresses in two networks.
    @Test(.tags(.R07)) func `a device follows its server to another address, and stays where that one is dead`()
        async throws
    {
        let network = try await TestNetwork(["server", "web1"])
        try await network.link(
            "server", ["10.77.0.1/24", "10.78.0.1/24"], "web1", ["10.77.0.2/24", "10.78.0.2/24"])
        let stage = try Stage(network: network)
        let server = try await stage.server(host: "0.0.0.0")
        let agent = try await StageAgent.joinConnected(server, host: "10.77.0.1")
        func offer(_ address: String) async throws {
            try await server.apply(
                """
                apiVersion: martlet/v1
                kind: Group
                metadata: {name: root}
                spec: {serverAddress: "\(address)"}
                """)
        }
        func told(_ word: String) async throws {
            var seen: JSONValue?
            func account() -> String {
                "\(seen.map { "\($0)" } ?? "nothing")\n\(agent.process.text.suffix(1_500))\n\(server.process.text.suffix(1_500))"
            }
            try await eventually("the server was told \(word), not \(account())", within: 90) {
                seen = try await server.device("web1")["status"]
                return seen?["serverAddress"]?["status"]?.stringValue == word
            }
        }
        // Nobody answers there: packets to it are lost, as behind a firewall.
        try await network.shell(
            "web1",
            """
            nft add table inet dead
            nft add chain inet dead out '{ type filter hook output priority 0; }'
            nft add rule inet dead out ip daddr 10.78.0.99 drop
            """)
        try await offer("10.78.0.99:\(server.agentPort)")
        try await told("failed")
        #expect(try await agent.status()["server"]?.stringValue == "10.77.0.1:\(server.agentPort)")
        try await offer("10.78.0.1:\(server.agentPort)")
        try await told("applied")
        #expect(try await agent.status()["server"]?.stringValue == "10.78.0.1:\(server.agentPort)")
        // The address it came from goes away for good.
        try await network.shell("server", "ip addr del 10.77.0.1/24 dev serve-web1")
        let again = try await agent.restart(signal: SIGKILL)
        try await eventually("connected by the new one\n\(again.process.text.suffix(1_500))", within: 90) {
            try await server.presence("web1") == "connected"
        }
        #expect(try await server.device("web1")["status"]?["address"]?.stringValue?.hasPrefix("10.78.0.2") == true)
    }

    @Test(.tags(.R05, .R07)) func `the datagram key is replaced while wakes go on`() async throws {
        let network = try await TestNetwork(["server", "web1"])
        try await network.link("server", ["10.77.0.1/24"], "web1", ["10.77.0.2/24"])
        let stage = try Stage(serverSettings: "datagramKeyLife: 1m", network: network)
        let server = try await stage.server(host: "0.0.0.0")
        let agent = try await StageAgent.join(server, host: "10.77.0.1")
        try await agent.synchronised()
        let database = StageDatabase(path: stage.path("server/martlet.db"))
        func keys() throws -> (present: Int64, confirmed: Int64) {
            (
                try database.number("SELECT udp_key_id FROM devices"),
                try database.number("SELECT udp_key_confirmed FROM devices")
            )
        }
        try await eventually("the first key is held") {
            let held = try keys(); return held.present == held.confirmed
        }
        let first = try keys().present
        try await eventually("a new key is made", within: 150) { try keys().present != first }
        // The device does not have it yet: it is woken under the one before.
        #expect(try keys().confirmed == first)
        try await server.operate("sync", "web1", "--wait")
        try await eventually("the device holds it") {
            let held = try keys(); return held.present == held.confirmed
        }
        let before = try await agent.status()["lastSync"]?.integerValue ?? 0
        try await server.operate("sync", "web1", "--wait")
        try await agent.synchronised(after: before)
        // The off notice is signed with it, too.
        await agent.stop()
        try await eventually("shown as off") { try await server.presence("web1") == "off" }
    }

    @Test(.tags(.R05, .R16)) func `a fifth of the packets lost and a cut of a minute only delay`() async throws {
        let (network, _, server) = try await onALink()
        let agent = try await StageAgent.joinConnected(server, host: "10.77.0.1")
        try await network.shell("web1", Self.loss)
        try await server.task("emit", parameters: "{count: 2000, severity: 2, size: 200}")
        try await server.operate("run", "emit", "--device", "web1")
        try await eventually("some have arrived", within: 120) {
            try await server.events(type: "fixture.number").count > 100
        }
        try await network.shell("web1", Self.cut)
        let end = ContinuousClock.now + .seconds(60)
        try await eventually("60 s have passed", within: 90) { ContinuousClock.now >= end }
        try await network.shell("web1", "nft delete table inet cut")
        try await eventually(
            "everything has arrived\n\(agent.process.text.suffix(1_500))", within: 240
        ) {
            try await agent.status()["spool"]?["events"] == 0
        }
        let outcome = try await server.martlet(["get", "events", "--limit", "5000", "-o", "json"])
        let numbers = try #require(try outcome.json["items"]?.arrayValue).compactMap {
            $0["spec"]?["data"]?["number"]?.integerValue
        }
        #expect(numbers.sorted() == Array(1...2_000))
        // A connection that was cut and made anew is not taken for a copy of the device.
        #expect(try await server.device("web1")["status"]?["hold"] == nil)
        #expect(try await network.shell("web1", "nft list table inet faults").contains("packets 0 ") == false)
    }

    @Test(.tags(.R01, .R05, .R07, .R08)) func `IPv6 alone is enough for everything`() async throws {
        let network = try await TestNetwork(["server", "web1"])
        try await network.link("server", ["fd77::1/64"], "web1", ["fd77::2/64"])
        let stage = try Stage(network: network)
        let server = try await stage.server(host: "::")
        let agent = try await StageAgent.join(
            server, host: "fd77::1", settings: ["wake": "{host: \"::\", port: 15000}"])
        try await agent.synchronised()
        #expect(try await server.device("web1")["status"]?["address"] == "fd77::2")
        // Woken by a datagram, connected, told, off.
        try await server.operate("sync", "web1", "--wait")
        #expect(agent.process.text.contains("woken"))
        try await server.operate("set", "device", "web1", "--keep-connection", "on")
        try await server.operate("sync", "web1", "--wait")
        try await eventually("connected") { try await server.presence("web1") == "connected" }
        await agent.stop()
        try await eventually("off") { try await server.presence("web1") == "off" }
    }

    @Test(.tags(.R05)) func `a device with 15000 open is woken, and what is not a wake of its server does nothing`()
        async throws
    {
        let (network, stage, server) = try await onALink()
        let agent = try await StageAgent.join(
            server, host: "10.77.0.1", settings: ["wake": "{host: 0.0.0.0, port: 15000}"])
        let first = try await agent.resting()
        // Everything that arrives for the wake port is written down.
        let (program, arguments) = stage.command(
            URL(fileURLWithPath: "/usr/bin/python3"), ["-u", "-c", WakeReplay.capture, "15000"], at: "web1")
        let capture = try ChildProcess(program, arguments, log: stage.directory.appendingPathComponent("capture.log"))
        try await eventually("it captures\n\(capture.text)") { capture.text.contains("capturing") }
        try await server.operate("sync", "web1", "--wait")
        let wake: String = try await eventually("the wake was seen\n\(capture.text)") {
            capture.text.split(separator: "\n").first { $0.hasPrefix("4d54") }.map(String.init)
        }
        // Deferred wakes of before must be over: the next connection would be a schedule's, 15 minutes later.
        try await eventually("idle") { try await agent.status()["spool"]?["events"] == 0 }
        let before = try await agent.resting(after: first["lastSync"]?.integerValue ?? 0)
        let dropped = before["droppedDatagrams"]?.integerValue ?? 0
        let forged = WakeReplay.forgeries(of: wake)
        for datagram in forged {
            try await network.shell("server", "/usr/bin/python3 -c '\(WakeReplay.send)' \(datagram) 10.77.0.2 15000")
        }
        try await eventually("all were dropped\n\(agent.process.text.suffix(800))") {
            try await agent.status()["droppedDatagrams"]?.integerValue ?? 0 >= dropped + Int64(forged.count)
        }
        #expect(try await agent.status()["lastSync"] == before["lastSync"])
        // A genuine one still works.
        try await server.operate("sync", "web1", "--wait")
    }

    @Test(.tags(.R05, .R07))
    func `a genuine wake leads to the configured server only, and to none with another certificate`() async throws {
        let (_, stage, server) = try await onALink()
        let agent = try await StageAgent.join(
            server, host: "10.77.0.1", settings: ["wake": "{host: 0.0.0.0, port: 15000}"])
        try await agent.synchronised()
        await server.stop()
        // Somebody has the server's address, store and keys of datagrams, but another authority.
        let files = FileManager.default
        for name in ["pki", "martlet.db", "admin.token"] {
            try files.moveItem(atPath: stage.path("server/\(name)"), toPath: stage.path("stolen-\(name)"))
        }
        let made = try await stage.run(
            "martlet-server", ["init", "--config", stage.path("server.yaml"), "--name", "127.0.0.1"])
        try made.expect(0)
        for name in ["martlet.db", "martlet.db-wal", "martlet.db-shm", "admin.token"] {
            try? files.removeItem(atPath: stage.path("server/\(name)"))
        }
        for name in ["martlet.db", "admin.token"] {
            try files.moveItem(atPath: stage.path("stolen-\(name)"), toPath: stage.path("server/\(name)"))
        }
        let evil = try await server.startAgain()
        try await evil.operate("sync", "web1")
        try await eventually("it was woken, and refuses that server\n\(agent.process.text.suffix(1_500))") {
            try await agent.status()["lastError"]?.stringValue?.contains("authority in rootCertificate") == true
        }
        #expect(agent.process.text.contains("woken"))
        #expect(evil.process.isRunning)
    }
}
