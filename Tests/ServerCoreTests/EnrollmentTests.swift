import DeviceCrypto
import DeviceProtocol
import Manifests
import OpAMP
import ServerCore
import Testing

@Suite struct EnrollmentTests {
    private struct Case {
        let server: TestServer
        let issuer = CountingIssuer()
        let enrollment: Enrollment
        let tokens: EnrollmentTokens

        init(_ server: TestServer) {
            self.server = server
            enrollment = Enrollment(writer: server.writer, issuer: issuer, clock: server.clock.clock) { _ in
                try? await server.declarations.refresh()
            }
            tokens = EnrollmentTokens(store: server.store, clock: server.clock.clock)
        }

        func token(uses: Int64? = nil, group: String = "root") async throws -> String {
            try await tokens.create(
                name: "t\(uses ?? 0)", spec: EnrollmentTokenSpec(group: group, uses: uses), by: TestServer.admin)
        }

        func enroll(_ token: String, _ key: DeviceKey) async throws -> IssuedCertificate {
            try await enrollment.enroll(token: token, request: try key.request(), uid: key.uid, address: "10.0.0.1")
        }
    }

    private struct DeviceKey {
        let uid: DeviceUID
        private let pem: [CChar]

        init() throws {
            uid = DeviceUID.make(now: TestClock.start)
            var buffer = [CChar](repeating: 0, count: 4_096)
            var written = 0
            try #require(dc_p256_generate(&buffer, buffer.count, &written) == 0)
            pem = Array(buffer.prefix(written))
        }

        /// Another signature every time, the same key.
        func request() throws -> [UInt8] {
            var der = [UInt8](repeating: 0, count: 4_096)
            var written = 0
            try #require(
                dc_certificate_request(
                    pem, pem.count, "\(uid)", "spiffe://martlet.internal/device/\(uid)", &der, der.count, &written) == 0
            )
            return Array(der.prefix(written))
        }
    }

    @Test("a device joins the token's group and is known from then on")
    func joins() async throws {
        try await TestServer.run { server in
            let test = Case(server)
            let key = try DeviceKey()
            let certificate = try await test.enroll(try await test.token(), key)
            #expect(certificate.serial == "1")
            #expect(try await server.sync.standing(of: key.uid) == .active)
            let record = try await server.queries.device(key.uid).record
            #expect(record.group == "root" && record.certificateSerial == "1" && record.documentHash != nil)
            #expect(try await server.sync.udpKey(of: key.uid, id: 1)?.count == 32)
        }
    }

    @Test(
        "with a token that requires approval a device is pending, shown with what it says of itself, until it is approved"
    )
    func approval() async throws {
        try await TestServer.run { server in
            let test = Case(server)
            let administration = DeviceAdministration(store: server.store, clock: server.clock.clock)
            try await server.apply("apiVersion: martlet/v1\nkind: Group\nmetadata: {name: web}\nspec: {parent: root}")
            let token = try await test.tokens.create(
                name: "package", spec: EnrollmentTokenSpec(group: "root", uses: 1, requireApproval: true),
                by: TestServer.admin)
            #expect(try await server.queries.tokens(page: PageRequest()).items.map(\.requireApproval) == [true])
            let key = try DeviceKey()
            var description = OpAMPAgentDescription()
            var name = OpAMPKeyValue()
            name.key = "host.name"
            name.value.stringValue = "web1"
            description.nonIdentifyingAttributes = [name]
            _ = try await test.enrollment.enroll(
                token: token, request: try key.request(), uid: key.uid, address: "10.0.0.1", description: description)
            let record = try await server.queries.device(key.uid).record
            #expect(record.standing == .pending && record.hostname == "web1" && record.address == "10.0.0.1")
            #expect(DevicePresence(record.contact, standing: record.standing, now: TestClock.start).name == "pending")
            let certificate = PresentedCertificate(
                uid: key.uid, serial: "1", notBefore: TestClock.start, notAfter: .max / 2)
            #expect(try await server.sync.access(of: certificate) == .approval)

            await #expect(throws: CoreError.self) {
                try await administration.approve(key.uid, into: "nowhere", by: TestServer.admin)
            }
            try await administration.approve(key.uid, into: "web", by: TestServer.admin)
            try await server.declarations.refresh([key.uid])
            #expect(try await server.sync.access(of: certificate) == .speak)
            #expect(try await server.queries.device(key.uid).record.group == "web")
            let error = await #expect(throws: CoreError.self) {
                try await administration.approve(key.uid, into: nil, by: TestServer.admin)
            }
            #expect(error?.code == .conflict)
        }
    }

    @Test("asking again with the same key costs nothing and gives the same certificate")
    func idempotent() async throws {
        try await TestServer.run { server in
            let test = Case(server)
            let key = try DeviceKey()
            let token = try await test.token(uses: 1)
            let first = try await test.enroll(token, key)
            #expect(try await test.enroll(token, key) == first)
            #expect(test.issuer.issued == 1)
            await #expect(throws: EnrollmentError.usedUpToken) { _ = try await test.enroll(token, try DeviceKey()) }
        }
    }

    @Test("a token that is unknown, expired or no token at all lets nobody in")
    func badTokens() async throws {
        try await TestServer.run { server in
            let test = Case(server)
            let token = try await test.token()
            await #expect(throws: EnrollmentError.unknownToken) {
                _ = try await test.enroll("mt_enroll_guess", try DeviceKey())
            }
            await #expect(throws: EnrollmentError.unknownToken) { _ = try await test.enroll("", try DeviceKey()) }
            server.clock.advance(seconds: 8 * 86_400)
            await #expect(throws: EnrollmentError.expiredToken) { _ = try await test.enroll(token, try DeviceKey()) }
            await #expect(throws: EnrollmentError.self) {
                _ = try await test.enrollment.enroll(
                    token: token, request: [1, 2, 3], uid: DeviceUID.make(now: 1), address: "")
            }
            #expect(try await server.count("devices") == 0)
        }
    }

    @Test("nobody takes another device's uid")
    func takenUID() async throws {
        try await TestServer.run { server in
            let test = Case(server)
            let token = try await test.token()
            let (owner, thief) = (try DeviceKey(), try DeviceKey())
            _ = try await test.enroll(token, owner)
            await #expect(throws: EnrollmentError.knownDevice) {
                _ = try await test.enrollment.enroll(
                    token: token, request: try thief.request(), uid: owner.uid, address: "")
            }
        }
    }

    @Test("options that contradict what is declared are refused, naming both")
    func contradicting() async throws {
        try await TestServer.run { server in
            let test = Case(server)
            try await server.apply(
                "apiVersion: martlet/v1\nkind: Group\nmetadata: {name: web}\nspec: {parent: root}\n---\n"
                    + "apiVersion: martlet/v1\nkind: EnrollmentToken\nmetadata: {name: first}\n"
                    + "spec: {group: root/web, uses: 1}")
            let error = await #expect(throws: CoreError.self) {
                _ = try await test.tokens.create(
                    name: "first", spec: EnrollmentTokenSpec(group: "root", uses: 5, expires: 86_400),
                    expiryStated: true, by: TestServer.admin)
            }
            #expect(error?.code == .conflict)
            #expect(
                error?.problems.map(\.description) == [
                    "spec.group: expected root/web, as declared, got root", "spec.uses: expected 1, as declared, got 5",
                    "spec.expires: expected 7d, as declared, got 1d",
                ])
            _ = try await test.tokens.create(
                name: "first", spec: EnrollmentTokenSpec(group: "web", uses: 1), by: TestServer.admin)
            let listed = try await server.queries.tokens(page: PageRequest())
            #expect(listed.items.map(\.armed) == [true] && listed.items.map(\.used) == [0])
        }
    }

    @Test("a declared token gets its secret once")
    func declared() async throws {
        try await TestServer.run { server in
            let test = Case(server)
            try await server.apply(
                "apiVersion: martlet/v1\nkind: EnrollmentToken\nmetadata: {name: first}\nspec: {group: root, uses: 1}")
            let spec = EnrollmentTokenSpec(group: "root")
            let secret = try await test.tokens.create(name: "first", spec: spec, by: TestServer.admin)
            #expect(secret.hasPrefix("mt_enroll_") && secret.count == 42)
            await #expect(throws: CoreError.self) {
                _ = try await test.tokens.create(name: "first", spec: spec, by: TestServer.admin)
            }
            _ = try await test.enroll(secret, try DeviceKey())
            await #expect(throws: EnrollmentError.usedUpToken) { _ = try await test.enroll(secret, try DeviceKey()) }
        }
    }
}
