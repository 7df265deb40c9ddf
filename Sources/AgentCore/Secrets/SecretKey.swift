import DeviceCrypto
package import DeviceProtocol
import DurableFiles
import Glibc

/// The key to which the server seals values for this device: a P-256 key of its own in a file 0600, so that values stay
/// readable when the device's certificate and its key are renewed.
package struct SecretKey: Sendable {
    private let pem: [CChar]
    /// An uncompressed point.
    package let publicKey: [UInt8]

    /// What the file holds. Throws an `AgentError` that names it when there is none or it is no such key.
    package init(path: String) throws {
        try self.init(pem: try FileBytes.required(path, limit: 64 << 10), path: path)
    }

    /// Throws when the bytes are no such key.
    init(pem bytes: [UInt8], path: String) throws {
        pem = bytes.map { CChar(bitPattern: $0) }
        var point = [UInt8](repeating: 0, count: Int(DC_P256_POINT_SIZE))
        guard dc_p256_public(pem, pem.count, &point) == 0 else {
            throw AgentError("\(path): expected a P-256 private key in PEM")
        }
        publicKey = point
    }

    /// A new key, durable in the file when this returns.
    package static func make(path: String) throws -> SecretKey {
        var pem = [CChar](repeating: 0, count: 4_096)
        var count = 0
        guard dc_p256_generate(&pem, pem.count, &count) == 0 else {
            throw AgentError("no key could be made: libcrypto refused")
        }
        try FileBytes.replace(path, with: pem[0..<count].map { UInt8(bitPattern: $0) }, mode: 0o600)
        return try SecretKey(path: path)
    }

    /// nil unless it was sealed to this key, for this device, under this name and version.
    package func open(_ secret: HeldSecret, named name: String, device: DeviceUID) -> [UInt8]? {
        guard secret.encapsulatedKey.count == Int(DC_P256_POINT_SIZE),
            secret.ciphertext.count <= SecretSealing.longestSealed
        else { return nil }
        let bound = SecretSealing.bound(device: device, name: name, version: secret.version)
        var value = [UInt8](repeating: 0, count: max(secret.ciphertext.count, 1))
        var count = 0
        guard
            dc_hpke_open(
                pem, pem.count, secret.encapsulatedKey, SecretSealing.info, SecretSealing.info.count, bound,
                bound.count,
                secret.ciphertext, secret.ciphertext.count, &value, value.count, &count) == 0
        else { return nil }
        value.removeLast(value.count - count)
        return value
    }
}
