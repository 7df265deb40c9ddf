import DeviceCrypto
import DeviceProtocol
import Foundation
import ServerPKI
import Testing

@Suite struct CertificateAuthorityTests {
    private static let now: Int64 = 1_790_000_000_000_000

    private static func authority() throws -> (CertificateAuthority, URL) {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("pki-\(UUID())")
        try CertificateAuthority.initialize(
            directory: directory, trustDomain: "test.example", serverNames: ["localhost", "127.0.0.1", "::1"], now: now)
        return (try CertificateAuthority(directory: directory), directory)
    }

    /// A request as an agent makes it.
    private static func request(uid: DeviceUID, trustDomain: String = "test.example") -> [UInt8] {
        var pem = [CChar](repeating: 0, count: 4_096)
        var count = 0
        #expect(dc_p256_generate(&pem, pem.count, &count) == 0)
        var der = [UInt8](repeating: 0, count: 4_096)
        var length = 0
        let uri = SpiffeID.device(trustDomain: trustDomain, uid: uid).uri
        #expect(dc_certificate_request(pem, count, "\(uid)", uri, &der, der.count, &length) == 0)
        return Array(der[0..<length])
    }

    private static func leaf(of chain: String) throws -> [UInt8] {
        let lines = chain.split(separator: "\n").dropFirst().prefix { !$0.hasPrefix("-----END") }
        return Array(try #require(Data(base64Encoded: lines.joined())))
    }

    @Test func `a device's certificate is verified as that device's`() throws {
        let (authority, directory) = try Self.authority()
        defer { try? FileManager.default.removeItem(at: directory) }
        let uid = DeviceUID.make(now: Self.now)
        let issued = try authority.issueDevice(request: Self.request(uid: uid), uid: uid, now: Self.now)
        let accepted = try DeviceCertificateVerifier(authority: authority).verify(leaf: Self.leaf(of: issued.chainPEM))
        #expect(accepted.uid == uid)
        #expect(accepted.notAfter == issued.notAfter)
        #expect(accepted.serial == issued.serial)
        #expect(issued.notAfter == Self.now + 90 * 86_400 * 1_000_000)
    }

    @Test func `the server's certificate is renewed at two thirds of its life, for the same names and key`() throws {
        let (authority, directory) = try Self.authority()
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appendingPathComponent("server.pem")
        let first = try String(contentsOf: file, encoding: .utf8)
        let day: Int64 = 86_400 * 1_000_000
        #expect(try authority.renewServerCertificate(in: directory, now: Self.now + 240 * day) == false)
        #expect(try String(contentsOf: file, encoding: .utf8) == first)
        #expect(try authority.renewServerCertificate(in: directory, now: Self.now + 250 * day))
        let text = { (pem: URL) in
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
            process.arguments = ["x509", "-in", pem.path, "-noout", "-pubkey", "-ext", "subjectAltName"]
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            process.waitUntilExit()
            return String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        }
        let old = directory.appendingPathComponent("old.pem")
        try first.write(to: old, atomically: true, encoding: .utf8)
        let (before, after) = (try text(old), try text(file))
        #expect(before == after && after.contains("IP Address:127.0.0.1") && after.contains("DNS:localhost"))
        #expect(try authority.renewServerCertificate(in: directory, now: Self.now + 251 * day) == false)
    }

    @Test func `a request for another's uid is refused`() throws {
        let (authority, directory) = try Self.authority()
        defer { try? FileManager.default.removeItem(at: directory) }
        let (mine, other) = (DeviceUID.make(now: Self.now), DeviceUID.make(now: Self.now))
        #expect(throws: PKIError.self) {
            try authority.issueDevice(request: Self.request(uid: other), uid: mine, now: Self.now)
        }
    }

    @Test func `a request whose signature does not fit is refused`() throws {
        let (authority, directory) = try Self.authority()
        defer { try? FileManager.default.removeItem(at: directory) }
        let uid = DeviceUID.make(now: Self.now)
        var request = Self.request(uid: uid)
        request[request.count - 1] ^= 1
        let broken = request
        #expect(throws: PKIError.self) { try authority.issueDevice(request: broken, uid: uid, now: Self.now) }
    }

    @Test func `the server's own certificate is no device's, and another authority's device is none of ours`() throws {
        let (authority, directory) = try Self.authority()
        let (other, otherDirectory) = try Self.authority()
        defer {
            try? FileManager.default.removeItem(at: directory)
            try? FileManager.default.removeItem(at: otherDirectory)
        }
        let verifier = DeviceCertificateVerifier(authority: authority)
        let server = try String(contentsOf: directory.appendingPathComponent("server.pem"), encoding: .utf8)
        #expect(throws: DeviceCertificateVerifier.Rejection.self) { try verifier.verify(leaf: Self.leaf(of: server)) }
        let uid = DeviceUID.make(now: Self.now)
        let foreign = try other.issueDevice(request: Self.request(uid: uid), uid: uid, now: Self.now)
        #expect(throws: DeviceCertificateVerifier.Rejection.self) {
            try verifier.verify(leaf: Self.leaf(of: foreign.chainPEM))
        }
    }

    @Test func `an authority is never overwritten, and its keys are the owner's alone`() throws {
        let (_, directory) = try Self.authority()
        defer { try? FileManager.default.removeItem(at: directory) }
        #expect(throws: PKIError.self) {
            try CertificateAuthority.initialize(directory: directory, trustDomain: "x", serverNames: [], now: Self.now)
        }
        for name in ["root.key", "intermediate.key", "server.key"] {
            let mode = try FileManager.default.attributesOfItem(atPath: directory.appendingPathComponent(name).path)[
                .posixPermissions]
            #expect(mode as? Int == 0o600)
        }
    }
}
