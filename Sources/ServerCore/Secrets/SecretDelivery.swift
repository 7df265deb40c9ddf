import Crypto
import DesiredState
import DeviceProtocol
import Foundation
import Logging
import ServerStore

/// Gives a device the values of the secrets that its document names, sealed to its key.
struct SecretDelivery: Sendable {
    private struct Row: Sendable {
        var version: String
        var sealed: [UInt8]?
    }

    let store: any SQLStore
    let vault: SecretVault
    let logger: Logger

    /// Of what the device asks for, what its document names. What cannot be opened is left out, and the log says so.
    /// Throws `invalid` for a key that is none.
    func answer(_ wanted: WireSecretsWanted, of device: DeviceUID) async throws -> [WireSealedSecret] {
        let key: P256.KeyAgreement.PublicKey
        do { key = try P256.KeyAgreement.PublicKey(x963Representation: wanted.key) } catch {
            throw CoreError(
                .invalid, "secrets_wanted.key: expected an uncompressed point of P-256, got \(wanted.key.count) bytes")
        }
        let names = Array(Set(wanted.names.prefix(SecretSealing.mostInOneAnswer))).sorted()
        let (document, rows) = try await read(names, of: device)
        return try names.compactMap { name in
            guard let reference = document[name], let row = rows[name], row.version == reference.version else {
                return nil
            }
            guard let value = row.sealed.flatMap({ vault.open($0, name: name, version: row.version) }) else {
                logger.error(
                    "a secret's value cannot be opened: pki/secrets.key is not the key it was stored under; set the value again",
                    metadata: ["secret": "\(name)"])
                return nil
            }
            logger.info("secret sent", metadata: ["secret": "\(name)", "device": "\(device)"])
            return try Self.seal(value, name: name, version: row.version, for: device, to: key)
        }
    }

    private static func seal(
        _ value: [UInt8], name: String, version: String, for device: DeviceUID, to key: P256.KeyAgreement.PublicKey
    ) throws -> WireSealedSecret {
        var sender = try HPKE.Sender(
            recipientKey: key, ciphersuite: .P256_SHA256_AES_GCM_256, info: Data(SecretSealing.info))
        var sealed = WireSealedSecret()
        sealed.name = name
        sealed.version = version
        sealed.ciphertext = try sender.seal(
            value, authenticating: SecretSealing.bound(device: device, name: name, version: version))
        sealed.encapsulatedKey = sender.encapsulatedKey
        return sealed
    }

    /// What the document names and what is stored, in one view.
    private func read(
        _ names: [String], of device: DeviceUID
    ) async throws -> ([String: SecretReference], [String: Row]) {
        try await store.read { reader in
            let entry = try reader.first(
                "SELECT body FROM device_entries WHERE device_uid = $1 AND entry = $2",
                [.blob(device.bytes), .text(DeviceDocument.secretsEntry)])
            guard let body = try entry?.text("body") else { return ([:], [:]) }
            let (document, _) = DeviceDocument.read(entries: [DeviceDocument.secretsEntry: Array(body.utf8)])
            var rows: [String: Row] = [:]
            for name in names {
                rows[name] = try reader.first("SELECT version, sealed FROM secrets WHERE name = $1", [.text(name)]).map
                {
                    Row(version: try $0.text("version"), sealed: try $0.optionalBlob("sealed"))
                }
            }
            return (document.secrets, rows)
        }
    }
}
