import Crypto
import DesiredState
import Foundation
package import ServerStore

/// Encrypts the values of secrets in the store: AES-256-GCM under a key that is not in the store.
package struct SecretVault: Sendable {
    package static let keyBytes = 32

    private let key: SymmetricKey
    /// Tells one key from another, and nothing of the key.
    package let keyID: [UInt8]

    /// `key` has `keyBytes` bytes.
    package init(key: [UInt8]) {
        self.key = SymmetricKey(data: key)
        keyID = Array(Digest.sha256(Array("martlet secrets key id".utf8) + key).prefix(8))
    }

    /// With a key that nobody keeps.
    package static func forgetful() -> SecretVault { SecretVault(key: newKey()) }

    package static func newKey() -> [UInt8] { Secrets.bytes(keyBytes) }

    /// Names of the secrets whose values this vault cannot open, since they were stored with another key.
    package static func sealedUnderOther(than vault: SecretVault, in store: any SQLStore) async throws -> [String] {
        try await store.read { reader in
            try reader.query(
                "SELECT name FROM secrets WHERE sealed IS NOT NULL AND key_id <> $1 ORDER BY name", [.blob(vault.keyID)]
            ).map { try $0.text("name") }
        }
    }

    /// Bound to name and version: a value that was moved to another row does not open there.
    package func seal(_ value: [UInt8], name: String, version: String) throws -> [UInt8] {
        let box = try AES.GCM.seal(value, using: key, authenticating: Self.bound(name, version))
        guard let combined = box.combined else { throw CoreError(.unavailable, "secret \(name) cannot be sealed") }
        return Array(combined)
    }

    /// nil when it was sealed with another key, or is not what was sealed.
    package func open(_ sealed: [UInt8], name: String, version: String) -> [UInt8]? {
        guard let box = try? AES.GCM.SealedBox(combined: sealed) else { return nil }
        return (try? AES.GCM.open(box, using: key, authenticating: Self.bound(name, version))).map { Array($0) }
    }

    private static func bound(_ name: String, _ version: String) -> Data { Data("\(name)\u{0}\(version)".utf8) }
}
