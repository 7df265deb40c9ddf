import DesiredState
import Foundation
import TestStage
import Testing

@Suite(.tags(.R07)) struct AddressOfferTests {
    private func offer(_ server: StageServer, _ address: String) async throws {
        try await server.apply(
            """
            apiVersion: martlet/v1
            kind: Group
            metadata: {name: root}
            spec: {serverAddress: "\(address)"}
            """)
    }

    /// Passes on connections to a port, as a balancer or another address of the server would.
    private func forward(
        _ stage: Stage, to port: Int, name: String
    ) async throws -> (process: ChildProcess, port: Int) {
        try await listen(stage, Self.forwarder, ["\(port)"], name: name)
    }

    /// Runs a Python program that prints the port on which it listens.
    private func listen(
        _ stage: Stage, _ program: String, _ arguments: [String] = [], name: String
    ) async throws -> (process: ChildProcess, port: Int) {
        let process = try ChildProcess(
            URL(fileURLWithPath: "/usr/bin/python3"), ["-u", "-c", program] + arguments,
            log: stage.directory.appendingPathComponent("\(name).log"))
        let port: Int = try await eventually("\(name) listens\n\(process.text)") {
            Int(process.text.split(separator: "\n").first ?? "")
        }
        return (process, port)
    }

    private static let forwarder = """
        import asyncio, sys
        async def pipe(reader, writer):
            try:
                while data := await reader.read(65536):
                    writer.write(data)
                    await writer.drain()
            except OSError:
                pass
            finally:
                writer.close()
        async def serve(reader, writer):
            try:
                there, back = await asyncio.open_connection("127.0.0.1", int(sys.argv[1]))
            except OSError:
                return writer.close()
            await asyncio.gather(pipe(reader, back), pipe(there, writer))
        async def main():
            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            print(server.sockets[0].getsockname()[1])
            await server.serve_forever()
        asyncio.run(main())
        """

    @Test("an offered address that answers is taken, kept over a restart, and told", arguments: [false, true])
    func taken(persistent: Bool) async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let other = try await forward(stage, to: server.agentPort, name: "other")
        var agent = persistent ? try await StageAgent.joinConnected(server) : try await StageAgent.join(server)
        try await agent.synchronised()
        try await offer(server, "127.0.0.1:\(other.port)")
        if !persistent { try await server.operate("sync", "web1", "--wait") }
        try await eventually("the device uses it\n\(agent.process.text.suffix(2_000))") {
            try await agent.status()["server"]?.stringValue == "127.0.0.1:\(other.port)"
        }
        try await eventually("the server was told") {
            try await server.device("web1")["status"]?["serverAddress"]?["status"] == "applied"
        }
        if persistent {
            try await eventually("connected again") { try await server.presence("web1") == "connected" }
        }
        agent = try await agent.restart()
        try await agent.synchronised()
        #expect(try await agent.status()["server"]?.stringValue == "127.0.0.1:\(other.port)")
    }

    @Test func `an address that was taken and stops answering is given up for that of agent.yaml`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let other = try await forward(stage, to: server.agentPort, name: "other")
        let agent = try await StageAgent.joinConnected(server)
        try await offer(server, "127.0.0.1:\(other.port)")
        try await eventually("the device uses it") {
            try await agent.status()["server"]?.stringValue == "127.0.0.1:\(other.port)"
        }
        other.process.signal(SIGKILL)
        // Eight attempts, with pauses that double.
        try await eventually("it is back at the configured one\n\(agent.process.text.suffix(1_500))", within: 400) {
            try await agent.status()["server"]?.stringValue == "127.0.0.1:\(server.agentPort)"
        }
        try await eventually("connected, and told", within: 60) {
            let status = try await server.device("web1")["status"]
            return status?["presence"] == "connected" && status?["serverAddress"]?["status"] == "failed"
        }
    }

    @Test(
        "an offered address that does not answer, or is no server of ours, changes nothing and is told why",
        arguments: ["silent", "stranger"])
    func reverted(kind: String) async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        // A port on which nobody listens, or a server of another authority.
        let stranger = try Stage()
        let other = kind == "silent" ? nil : try await stranger.server()
        defer { withExtendedLifetime(other) {} }
        let port = other?.agentPort ?? 1
        try await offer(server, "127.0.0.1:\(port)")
        let outcome: JSONValue = try await eventually(
            "the server was told\n\(agent.process.text.suffix(2_000))", within: 60
        ) {
            let told = try await server.device("web1")["status"]?["serverAddress"]
            return told?["status"] == "failed" ? told : nil
        }
        let reason = outcome["error"]?.stringValue ?? ""
        #expect(
            reason.contains("127.0.0.1:\(port)") && reason.contains(kind == "silent" ? "refused" : "authority"),
            "\(reason)")
        #expect(try await server.presence("web1") == "connected")
        #expect(try await agent.status()["server"]?.stringValue == "127.0.0.1:\(server.agentPort)")
    }

    @Test func `the server is reached through an HTTP proxy that asks for credentials`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        try stage.write("proxy.credentials", "agent:pass word\n")
        let (proxy, port) = try await listen(stage, Self.proxy, name: "proxy")
        let settings = "proxy: {host: 127.0.0.1, port: \(port), credentialsFile: \(stage.path("proxy.credentials"))}"
        let agent = try await StageAgent.join(server, extra: settings)
        try await agent.synchronised()
        try await server.operate("set", "device", "web1", "--keep-connection", "on")
        try await server.operate("sync", "web1", "--wait")
        try await eventually("connected through it") { try await server.presence("web1") == "connected" }
        #expect(proxy.text.contains("CONNECT 127.0.0.1:\(server.agentPort)"))
        // Without them the proxy refuses, and the agent says so.
        await agent.stop()
        try stage.write("proxy.credentials", "agent:wrong\n")
        let refused = try await StageAgent.start(stage, name: "web1")
        try await eventually("it says why\n\(refused.process.text.suffix(1_000))") {
            try await refused.status()["lastError"]?.stringValue?.contains("through the proxy 127.0.0.1:\(port)")
                == true
        }
    }

    /// Connects through for whoever says "agent:pass word".
    private static let proxy = """
        import asyncio, base64
        expected = "Basic " + base64.b64encode(b"agent:pass word").decode()
        async def pipe(reader, writer):
            try:
                while data := await reader.read(65536):
                    writer.write(data)
                    await writer.drain()
            except OSError:
                pass
            finally:
                writer.close()
        async def serve(reader, writer):
            head = (await reader.readuntil(b"\\r\\n\\r\\n")).decode()
            first = head.split("\\r\\n")[0]
            print(first)
            sent = [l.split(": ", 1)[1] for l in head.split("\\r\\n") if l.lower().startswith("proxy-authorization")]
            if sent != [expected]:
                writer.write(b"HTTP/1.1 407 Proxy Authentication Required\\r\\nContent-Length: 0\\r\\n\\r\\n")
                await writer.drain()
                return writer.close()
            host, port = first.split(" ")[1].rsplit(":", 1)
            there, back = await asyncio.open_connection(host, int(port))
            writer.write(b"HTTP/1.1 200 Connection established\\r\\n\\r\\n")
            await asyncio.gather(pipe(reader, back), pipe(there, writer))
        async def main():
            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            print(server.sockets[0].getsockname()[1])
            await server.serve_forever()
        asyncio.run(main())
        """
}
