import DesiredState
import DurableFiles
import Logging
import ServerCore
import ServerStore

/// The key of the vault: 64 hexadecimal digits in a file 0600 beside the server's other keys, not in the database.
enum SecretKeyFile {
    static let name = "secrets.key"

    /// Reads the file, or makes it. Values that were stored under another key cannot be opened: the log names them, and an
    /// operator has to set them again. Throws when the file holds something else.
    static func vault(directory: String, store: any SQLStore, logger: Logger) async throws -> SecretVault {
        let path = directory + "/" + name
        let vault = SecretVault(key: try key(path))
        let lost = try await SecretVault.sealedUnderOther(than: vault, in: store)
        if !lost.isEmpty {
            logger.error(
                "secrets were stored under another key and cannot be opened; put the file back or set them again",
                metadata: ["file": "\(path)", "secrets": "\(lost.joined(separator: ", "))"])
        }
        return vault
    }

    private static func key(_ path: String) throws -> [UInt8] {
        guard let text = try FileBytes.read(path, limit: 1 << 10) else {
            let key = SecretVault.newKey()
            try FileBytes.replace(path, with: Array((Digest.hex(key) + "\n").utf8), mode: 0o600)
            return key
        }
        let digits = String(decoding: text, as: UTF8.self).filter { !$0.isWhitespace }
        guard let key = Digest.bytes(hex: digits), key.count == SecretVault.keyBytes else {
            throw CoreError(
                .invalid,
                "\(path): expected \(2 * SecretVault.keyBytes) hexadecimal digits; put the file back from the backup of pki/, or remove it and set every secret again"
            )
        }
        return key
    }
}
