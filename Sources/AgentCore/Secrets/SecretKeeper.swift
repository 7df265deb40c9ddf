package import AgentPlugins
import DesiredState
package import DeviceProtocol
import DurableFiles
import Failpoints
import FoundationEssentials
package import Logging

/// Holds the values of the secrets that the device's document names: asks the server for those it does not have, keeps
/// them sealed, and opens one only when its plugin asks for it.
package actor SecretKeeper: SecretSource {
    private let device: DeviceUID
    private let store: AgentStore
    private let keyPath: String
    private let logger: Logger
    /// Asked for over the present connection, as name and version: a server that does not answer is not pressed.
    private var asked: Set<[String]> = []
    /// Of the document with this hash.
    private var named: (hash: [UInt8], references: [String: SecretReference])?

    package init(device: DeviceUID, store: AgentStore, keyPath: String, logger: Logger) {
        self.device = device
        self.store = store
        self.keyPath = keyPath
        self.logger = logger
    }

    // MARK: Of the document

    /// What the document names. What it does not name any more is dropped.
    private func references() async throws -> [String: SecretReference] {
        let hash = try await store.configHash()
        if let named, named.hash == hash { return named.references }
        let entry = try await store.desiredEntries()[DeviceDocument.secretsEntry]
        let references = entry.map { DeviceDocument.read(entries: [DeviceDocument.secretsEntry: $0]).document.secrets }
        let held = try await store.heldSecrets()
        try await store.dropSecrets(named: held.keys.filter { held[$0]?.application != references?[$0]?.application })
        named = (hash, references ?? [:])
        return references ?? [:]
    }

    /// Names of the application's secrets of which no value is there, not even a former one.
    package func awaited(by application: String) async throws -> [String] {
        let references = try await references()
        guard references.contains(where: { $0.value.application == application }) else { return [] }
        let held = try await store.heldSecrets()
        return references.filter { $0.value.application == application && held[$0.key] == nil }.keys.sorted()
    }

    // MARK: Over a connection

    /// On a new connection, and at each scheduled synchronisation of a kept one, everything missing is asked for again. What
    /// a lost key closed for good is missing.
    package func forgetAsked() async {
        asked = []
        guard (try? await store.heldSecrets().isEmpty) == false else { return }
        do { _ = try await usableKey() } catch {
            logger.error("no key for secrets", metadata: ["error": "\(error)"])
        }
    }

    /// Whether `wanted` would ask for something. `installed`: applications whose plugins are here; others need nothing.
    package func isWanting(for installed: Set<String>) async throws -> Bool {
        try await !missing(for: installed).isEmpty
    }

    /// What to ask the server for; nil for nothing.
    package func wanted(for installed: Set<String>) async throws -> WireSecretsWanted? {
        let missing = try await missing(for: installed)
        guard !missing.isEmpty else { return nil }
        let key: SecretKey
        do { key = try await usableKey() } catch {
            // All else that a frame says does not wait for it; the next connection tries again.
            logger.error("secrets cannot be asked for", metadata: ["error": "\(error)"])
            for (name, version) in missing { asked.insert([name, version]) }
            return nil
        }
        var wanted = WireSecretsWanted()
        wanted.key = Data(key.publicKey)
        for (name, version) in missing.prefix(SecretSealing.mostInOneAnswer) {
            wanted.names.append(name)
            asked.insert([name, version])
        }
        return wanted
    }

    private func missing(for installed: Set<String>) async throws -> [(name: String, version: String)] {
        let references = try await references().filter { installed.contains($0.value.application) }
        guard !references.isEmpty else { return [] }
        let held = try await store.heldSecrets()
        return references.filter { held[$0.key]?.version != $0.value.version }
            .map { ($0.key, $0.value.version) }.filter { !asked.contains([$0.0, $0.1]) }.sorted { $0 < $1 }
    }

    /// Keeps what the server sent, if it was asked for and opens. Returns the applications for which that is news.
    package func take(_ secrets: [WireSealedSecret]) async throws -> Set<String> {
        guard !secrets.isEmpty else { return [] }
        let references = try await references()
        let key: SecretKey
        do { key = try await usableKey() } catch {
            logger.error("secrets cannot be kept", metadata: ["error": "\(error)"])
            return []
        }
        var concerned: Set<String> = []
        for secret in secrets {
            guard let reference = references[secret.name], reference.version == secret.version else { continue }
            let sealed = HeldSecret(
                application: reference.application, version: secret.version,
                encapsulatedKey: Array(secret.encapsulatedKey), ciphertext: Array(secret.ciphertext))
            guard key.open(sealed, named: secret.name, device: device) != nil else {
                logger.warning(
                    "a secret cannot be opened with this device's key", metadata: ["secret": "\(secret.name)"])
                continue
            }
            try await store.keep(sealed, named: secret.name)
            Failpoint.secretKept.pass()
            logger.info("secret received", metadata: ["secret": "\(secret.name)", "version": "\(secret.version)"])
            concerned.insert(reference.application)
        }
        return concerned
    }

    /// The key of the file. Where it is lost or is none, a new one, and what was sealed to the old one is asked for again.
    /// Throws, and changes nothing, when the file cannot be read now.
    private func usableKey() async throws -> SecretKey {
        let bytes = try FileBytes.read(keyPath, limit: 64 << 10)
        if let bytes, let key = try? SecretKey(pem: bytes, path: keyPath) { return key }
        let key = try SecretKey.make(path: keyPath)
        let held = try await store.heldSecrets()
        if !held.isEmpty {
            logger.error(
                "the key of secrets is lost; they are asked for again",
                metadata: ["file": "\(keyPath)", "secrets": "\(held.keys.sorted().joined(separator: ", "))"])
            try await store.dropSecrets(named: held.keys)
        }
        return key
    }

    // MARK: For plugins

    package func secret(_ name: String, of plugin: String) async -> HostActionResult {
        do {
            guard try await references()[name]?.application == plugin else {
                return HostActionResult(.notFound, message: "this device has no secret \(name) of \(plugin)")
            }
            guard let held = try await store.heldSecrets()[name] else {
                return HostActionResult(
                    .notFound, message: "the value of secret \(name) has not come from the server yet")
            }
            guard let value = try SecretKey(path: keyPath).open(held, named: name, device: device) else {
                // An older key file was put back, say.
                try await store.dropSecrets(named: [name])
                return HostActionResult(.failed, message: "secret \(name) cannot be opened with this device's key")
            }
            return HostActionResult(.done, document: value)
        } catch {
            return HostActionResult(.failed, message: "secret \(name): \(error)")
        }
    }
}
