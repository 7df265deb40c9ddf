import DeviceProtocol
import Testing

@testable import ServerCore

@Suite struct ReadmissionTests {
    private func certificate(_ server: TestServer, _ serial: String = "a") -> PresentedCertificate {
        PresentedCertificate(
            uid: DeviceUID.make(now: server.clock.now), serial: serial, notBefore: server.clock.now,
            notAfter: server.clock.now + 86_400_000_000)
    }

    private func readmissions(_ server: TestServer, rule: ReadmissionRule = .ask) -> Readmissions {
        Readmissions(store: server.store, writer: server.writer, rule: rule, clock: server.clock.clock) {
            server.sync.invalidate([$0])
        }
    }

    @Test func `an unknown device waits, and speaks once an operator let it in`() async throws {
        try await TestServer.run { server in
            let (readmissions, certificate) = (readmissions(server), certificate(server))
            #expect(try await server.sync.access(of: certificate) == .readmission(.unknownDevice))
            #expect(try await readmissions.ask(certificate, reason: .unknownDevice, address: "10.0.0.9") == false)
            let waiting = try await readmissions.waiting(page: PageRequest()).items
            #expect(waiting.map(\.device) == [certificate.uid] && waiting.first?.address == "10.0.0.9")
            try await readmissions.readmit(certificate.uid, into: nil, by: TestServer.admin)
            #expect(try await server.sync.access(of: certificate) == .speak)
            #expect(try await readmissions.waiting(page: PageRequest()).items.isEmpty)
        }
    }

    @Test func `the automatic rule lets in whom the store does not know, and no superseded certificate`() async throws {
        try await TestServer.run { server in
            let (readmissions, certificate) = (readmissions(server, rule: .automatic), certificate(server))
            #expect(try await readmissions.ask(certificate, reason: .unknownDevice, address: "a"))
            #expect(try await server.sync.access(of: certificate) == .speak)
            var newer = certificate
            newer.serial = "b"
            newer.notBefore += 7_200_000_000
            server.clock.advance(seconds: 7_300)
            #expect(try await server.sync.access(of: newer) == .speak)
            #expect(try await server.sync.access(of: certificate) == .readmission(.supersededCertificate))
            #expect(try await readmissions.ask(certificate, reason: .supersededCertificate, address: "a") == false)
            // Letting it in makes the newer one void.
            try await readmissions.readmit(certificate.uid, into: nil, by: TestServer.admin)
            #expect(try await server.sync.access(of: certificate) == .speak)
            #expect(try await server.sync.access(of: newer) == .readmission(.supersededCertificate))
        }
    }

    @Test func `a device readmitted into a group is placed there by hand, and has that group's document`() async throws
    {
        try await TestServer.run { server in
            try await server.apply(
                """
                apiVersion: martlet/v1
                kind: Group
                metadata: {name: lab}
                spec: {parent: root}
                ---
                apiVersion: martlet/v1
                kind: Policy
                metadata: {name: p}
                spec: {application: martlet.clamav, group: lab, settings: {engine: b}}
                """)
            let readmissions = Readmissions(
                store: server.store, writer: server.writer, rule: .ask, clock: server.clock.clock
            ) { device in
                _ = try? await server.declarations.refresh([device])
            }
            let unknown = certificate(server)
            _ = try await readmissions.ask(unknown, reason: .unknownDevice, address: "a")
            try await readmissions.readmit(unknown.uid, into: "lab", by: TestServer.admin)
            #expect(try await server.queries.device(unknown.uid).record.placement == .manual)

            var known = certificate(server, "b")
            known.uid = try await server.addDevice()
            _ = try await readmissions.ask(known, reason: .supersededCertificate, address: "a")
            try await readmissions.readmit(known.uid, into: "lab", by: TestServer.admin)
            for uid in [unknown.uid, known.uid] {
                let record = try await server.queries.device(uid).record
                #expect(record.group == "lab" && record.placement == .manual)
                #expect(try await server.count("device_entries WHERE entry = 'martlet.clamav'") == 2)
            }
        }
    }

    @Test func `a group that is not there, and a device that does not wait, are refused`() async throws {
        try await TestServer.run { server in
            let (readmissions, certificate) = (readmissions(server), certificate(server))
            await #expect(throws: CoreError.self) {
                try await readmissions.readmit(certificate.uid, into: nil, by: TestServer.admin)
            }
            _ = try await readmissions.ask(certificate, reason: .unknownDevice, address: "a")
            let error = await #expect(throws: CoreError.self) {
                try await readmissions.readmit(certificate.uid, into: "root/none", by: TestServer.admin)
            }
            #expect(error?.code == .invalid)
            #expect(try await server.sync.access(of: certificate) == .readmission(.unknownDevice))
        }
    }

    @Test func `who waits and asks again and again is written down once a minute`() async throws {
        try await TestServer.run { server in
            let (readmissions, certificate) = (readmissions(server), certificate(server))
            let begin = server.clock.now
            for _ in 0..<5 {
                _ = try await readmissions.ask(certificate, reason: .unknownDevice, address: "a")
                server.clock.advance(seconds: 25)
            }
            let record = try #require(try await readmissions.waiting(page: PageRequest()).items.first)
            #expect(record.firstAt == begin)
            #expect(record.lastAt == begin + 75_000_000)
        }
    }
}
