import AgentGateway
import DeviceProtocol
import Foundation
import Logging
import Testing

@testable import AgentCore

/// Whether a device shows its issuer's certificate besides its own.
@Suite(.tags(.R07)) struct ShownIssuerTests {
    private let bench: Bench
    private let configuration: AgentConfiguration

    init() async throws {
        bench = try await Bench()
        var configuration = AgentConfiguration(server: bench.connector.endpoint)
        configuration.rootCertificate = bench.directory.appendingPathComponent("pki/root.pem").path
        configuration.dataDirectory = bench.directory.appendingPathComponent("agent").path
        self.configuration = configuration
    }

    private func route() async throws -> ServerRoute {
        let store = try AgentStore(path: bench.directory.appendingPathComponent("agent/agent.db").path)
        return try await ServerRoute(
            configuration: configuration, files: IdentityFiles(dataDirectory: configuration.dataDirectory),
            store: store,
            start: AgentStart(counter: 1, id: [UInt8](repeating: 1, count: 8), time: 0), group: Bench.group,
            time: TrustedTime(known: 0), logger: Logger(label: "route") { _ in SwiftLogNoOpLogHandler() })
    }

    private func shows(_ route: ServerRoute) async throws -> Bool { try await route.connector().tls.showsIssuer }

    @Test func `our server knows a device by its own certificate alone`() async throws {
        let route = try await route()
        await route.noteIssuerIsHeld()
        #expect(try await !shows(route))
        try await CertificateClient(connector: route.connector()).greet(as: bench.uid)
    }

    @Test func `the issuer is shown until one of our servers has answered`() async throws {
        let route = try await route()
        #expect(try await shows(route))
        _ = await route.noteUnanswered(LinkError(.closed, "closed"))
        #expect(try await shows(route))
        await route.noteIssuerIsHeld()
        #expect(try await !shows(route))
    }

    @Test(arguments: [
        (LinkError(.closed, "the proxy ended the handshake"), true),
        (LinkError(.refused, "no required certificate was sent", status: 400), true),
        (LinkError(.timedOut, "no answer"), true), (LinkError(.unreachable, "nobody listens"), false),
        (LinkError(.refused, "busy", status: 503), false), (LinkError(.refused, "later", status: 429), false),
    ])
    func `what does not answer any more is shown it again, what is not there or busy is not`(
        error: LinkError, isShown: Bool
    ) async throws {
        let route = try await route()
        await route.noteIssuerIsHeld()
        #expect(await route.noteUnanswered(error) == isShown)
        #expect(try await shows(route) == isShown, "\(error)")
    }

    @Test func `what is busy twice in a row is shown it again, what is not there is not`() async throws {
        let route = try await route()
        await route.noteIssuerIsHeld()
        for _ in 0..<5 { _ = await route.noteUnanswered(LinkError(.unreachable, "nobody listens")) }
        #expect(try await !shows(route))
        let busy = LinkError(.refused, "no server is available", status: 503)
        _ = await route.noteUnanswered(busy)
        #expect(try await !shows(route))
        await route.noteIssuerIsHeld()
        _ = await route.noteUnanswered(busy)
        #expect(try await !shows(route))
        _ = await route.noteUnanswered(busy)
        #expect(try await shows(route))
    }

    @Test func `another root certificate at the path is not taken because of what is shown`() async throws {
        let route = try await route()
        let other = try await Bench()
        try FileManager.default.removeItem(atPath: configuration.rootCertificate)
        try FileManager.default.copyItem(
            atPath: other.directory.appendingPathComponent("pki/root.pem").path, toPath: configuration.rootCertificate)
        await route.noteIssuerIsHeld()
        try await CertificateClient(connector: route.connector()).greet(as: bench.uid)
        _ = await route.noteUnanswered(LinkError(.closed, "closed"))
        try await CertificateClient(connector: route.connector()).greet(as: bench.uid)
    }

    @Test
    func
        `an agent that starts again knows that its server holds the issuer, and one with another certificate does not`()
        async throws
    {
        await (try route()).noteIssuerIsHeld()
        #expect(try await !shows(route()))
        // What the server that is there now needs is learnt as before.
        let route = try await route()
        #expect(await route.noteUnanswered(LinkError(.closed, "the proxy ended the handshake")))
        #expect(try await shows(self.route()))
        await route.noteIssuerIsHeld()
        let path = IdentityFiles(dataDirectory: configuration.dataDirectory).certificatePath
        let renewed = try #require(FileManager.default.contents(atPath: path)) + Data("\n".utf8)
        try renewed.write(to: URL(fileURLWithPath: path))
        #expect(try await shows(self.route()))
    }

    @Test func `another address is shown it`() async throws {
        let route = try await route()
        await route.noteIssuerIsHeld()
        var other = configuration
        other.server = ServerEndpoint(host: "127.0.0.2", port: bench.gateway.port)
        try await route.configure(other)
        #expect(try await shows(route))
    }
}
