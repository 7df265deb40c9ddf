import DeviceCrypto
package import DeviceProtocol
import DurableFiles
import Glibc

/// The device's key, uid and certificate on disk: directory 0700, files 0600, each written whole or not at all.
package struct IdentityFiles: Sendable {
    package let directory: String
    package var keyPath: String { directory + "/device.key" }
    package var certificatePath: String { directory + "/device.pem" }
    /// To which the server seals values; `SecretKey`.
    package var secretsKeyPath: String { directory + "/secrets.key" }
    /// PEM: authorities that a signed statement of trust added to the one of agent.yaml.
    var moreRootsPath: String { directory + "/more-roots.pem" }
    var uidPath: String { directory + "/device.uid" }

    package init(dataDirectory: String) { directory = dataDirectory + "/identity" }
    init(directory: String) { self.directory = directory }

    package var isEnrolled: Bool { access(certificatePath, R_OK) == 0 }

    /// Makes key and uid durable before anything is sent; what exists already is kept.
    package func prepare(now: Int64) throws -> DeviceUID {
        try FileBytes.makeDirectory(directory)
        try makeKey()
        if let uid = try? uid() { return uid }
        let uid = Identifier.make(now: now)
        try FileBytes.replace(uidPath, with: Array("\(uid)\n".utf8), mode: 0o600)
        return uid
    }

    func makeKey() throws {
        guard access(keyPath, F_OK) != 0 else { return }
        var pem = [CChar](repeating: 0, count: 4_096)
        var count = 0
        guard dc_p256_generate(&pem, pem.count, &count) == 0 else {
            throw AgentError("no key could be made: libcrypto refused")
        }
        try FileBytes.replace(keyPath, with: pem[0..<count].map { UInt8(bitPattern: $0) }, mode: 0o600)
    }

    package func uid() throws -> DeviceUID {
        let text = String(decoding: try FileBytes.required(uidPath, limit: 100), as: UTF8.self)
        guard let uid = DeviceUID(text.filter { !$0.isWhitespace }) else {
            throw AgentError("\(uidPath): expected a UUID, got \"\(text.prefix(40))\"")
        }
        return uid
    }

    /// A request (PKCS#10, DER) for this device's certificate.
    package func request(uid: DeviceUID, trustDomain: String) throws -> [UInt8] {
        let key = try FileBytes.required(keyPath, limit: 64 << 10).map { CChar(bitPattern: $0) }
        var der = [UInt8](repeating: 0, count: 4_096)
        var count = 0
        let uri = SpiffeID.device(trustDomain: trustDomain, uid: uid).uri
        guard dc_certificate_request(key, key.count, "\(uid)", uri, &der, der.count, &count) == 0 else {
            throw AgentError("\(keyPath): expected a P-256 private key in PEM")
        }
        return Array(der[0..<count])
    }

    /// Keeps a certificate that belongs to the device's key; refuses any other.
    package func keep(certificate pem: [UInt8]) throws {
        guard try matches(certificate: pem) else {
            throw AgentError("the server sent a certificate that is not for this device's key")
        }
        try FileBytes.replace(certificatePath, with: pem, mode: 0o600)
    }

    /// Whether the certificate is for the key.
    func matches(certificate pem: [UInt8]) throws -> Bool {
        let key = try FileBytes.required(keyPath, limit: 64 << 10).map { CChar(bitPattern: $0) }
        let text = pem.map { CChar(bitPattern: $0) }
        var matches: Int32 = 0
        return dc_certificate_matches_key(text, text.count, key, key.count, &matches) == 0 && matches == 1
    }

    /// Seconds since 1970.
    package func validity() throws -> (notBefore: Int64, notAfter: Int64) {
        let pem = try FileBytes.required(certificatePath, limit: 64 << 10).map { CChar(bitPattern: $0) }
        var (before, after): (Int64, Int64) = (0, 0)
        guard dc_certificate_validity(pem, pem.count, &before, &after) == 0 else {
            throw AgentError("\(certificatePath): expected a certificate in PEM")
        }
        return (before, after)
    }
}
