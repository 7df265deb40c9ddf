import AgentCore
import AgentPlugins
import Crypto
import DesiredState
import DeviceProtocol
import Foundation
import Logging
import Testing

/// Secrets on the device: asked for, kept sealed, opened for their plugin. What seals here is swift-crypto, which is not
/// what opens.
@Suite(.tags(.R24)) struct SecretKeeperTests {
    private struct Bench {
        let directory = FileManager.default.temporaryDirectory.appending(path: "sk-\(UUID().uuidString.prefix(8))")
        let uid = DeviceUID.make(now: 1_700_000_000_000_000)
        let store: AgentStore
        let keeper: SecretKeeper

        init() throws {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            store = try AgentStore(path: directory.appending(path: "agent.db").path)
            keeper = SecretKeeper(
                device: uid, store: store, keyPath: directory.appending(path: "secrets.key").path,
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        }

        func document(_ secrets: [String: SecretReference]) async throws {
            let entries = DeviceDocument(secrets: secrets).entries()
            try await store.replaceDesired(entries: entries, hash: DeviceDocument.hash(of: entries))
        }

        func seal(
            _ value: String, _ name: String, _ version: String, to key: Data, for device: DeviceUID? = nil
        ) throws -> WireSealedSecret {
            let recipient = try P256.KeyAgreement.PublicKey(x963Representation: key)
            var sender = try HPKE.Sender(
                recipientKey: recipient, ciphersuite: .P256_SHA256_AES_GCM_256, info: Data(SecretSealing.info))
            let bound = SecretSealing.bound(device: device ?? uid, name: name, version: version)
            var secret = WireSealedSecret()
            secret.name = name
            secret.version = version
            secret.ciphertext = Data(Array(try sender.seal(Data(value.utf8), authenticating: bound)))
            secret.encapsulatedKey = sender.encapsulatedKey
            return secret
        }
    }

    private static let fixture: Set<String> = ["martlet.fixture"]

    private static func reference(_ version: String, _ application: String = "martlet.fixture") -> SecretReference {
        SecretReference(application: application, version: version)
    }

    @Test func `what the document names is asked for once a connection, kept and opened for its plugin alone`()
        async throws
    {
        let bench = try Bench()
        defer { try? FileManager.default.removeItem(at: bench.directory) }
        #expect(try await bench.keeper.wanted(for: Self.fixture) == nil)
        try await bench.document(["a": Self.reference("1"), "b": Self.reference("1", "martlet.other")])
        #expect(try await bench.keeper.awaited(by: "martlet.fixture") == ["a"])
        let wanted = try #require(try await bench.keeper.wanted(for: Self.fixture))
        #expect(wanted.names == ["a"])
        #expect(try await bench.keeper.wanted(for: Self.fixture) == nil)
        await bench.keeper.forgetAsked()
        #expect(try await bench.keeper.wanted(for: Self.fixture)?.key == wanted.key)
        let taken = try await bench.keeper.take([bench.seal("hunter2", "a", "1", to: wanted.key)])
        #expect(taken == Self.fixture)
        #expect(try await bench.keeper.awaited(by: "martlet.fixture").isEmpty)
        let own = await bench.keeper.secret("a", of: "martlet.fixture")
        #expect(own.status == .done && own.document == Array("hunter2".utf8))
        let foreign = await bench.keeper.secret("a", of: "martlet.other")
        #expect(foreign.status == .notFound && foreign.document.isEmpty)
        // At rest it is sealed, and the key is the owner's alone.
        let database = try Data(contentsOf: bench.directory.appending(path: "agent.db"))
        #expect(database.range(of: Data("hunter2".utf8)) == nil)
        let key = try FileManager.default.attributesOfItem(atPath: bench.directory.appending(path: "secrets.key").path)
        #expect(key[.posixPermissions] as? Int == 0o600)
    }

    @Test func `a former value stays until the new one is there`() async throws {
        let bench = try Bench()
        defer { try? FileManager.default.removeItem(at: bench.directory) }
        try await bench.document(["a": Self.reference("1")])
        let wanted = try #require(try await bench.keeper.wanted(for: Self.fixture))
        _ = try await bench.keeper.take([bench.seal("old", "a", "1", to: wanted.key)])
        try await bench.document(["a": Self.reference("2")])
        #expect(try await bench.keeper.awaited(by: "martlet.fixture").isEmpty)
        #expect(try await bench.keeper.wanted(for: Self.fixture)?.names == ["a"])
        #expect(await bench.keeper.secret("a", of: "martlet.fixture").document == Array("old".utf8))
        // A late answer with the former version changes nothing.
        #expect(try await bench.keeper.take([bench.seal("old", "a", "1", to: wanted.key)]).isEmpty)
        _ = try await bench.keeper.take([bench.seal("new", "a", "2", to: wanted.key)])
        #expect(await bench.keeper.secret("a", of: "martlet.fixture").document == Array("new".utf8))
        try await bench.document([:])
        #expect(await bench.keeper.secret("a", of: "martlet.fixture").status == .notFound)
        #expect(try await bench.store.heldSecrets().isEmpty)
    }

    @Test func `what is for another device, name or version, or was changed on its way, is not taken`() async throws {
        let bench = try Bench()
        defer { try? FileManager.default.removeItem(at: bench.directory) }
        try await bench.document(["a": Self.reference("1"), "b": Self.reference("1")])
        let wanted = try #require(try await bench.keeper.wanted(for: Self.fixture))
        let other = DeviceUID.make(now: 1_700_000_000_000_001)
        var renamed = try bench.seal("x", "b", "1", to: wanted.key)
        renamed.name = "a"
        var changed = try bench.seal("x", "a", "1", to: wanted.key)
        changed.ciphertext[0] ^= 1
        var short = changed
        short.ciphertext = Data([1, 2, 3])
        var offCurve = try bench.seal("x", "a", "1", to: wanted.key)
        offCurve.encapsulatedKey = Data([4] + [UInt8](repeating: 1, count: 64))
        var long = changed
        long.ciphertext = Data(repeating: 0, count: SecretSealing.longestSealed + 1)
        let bad = [try bench.seal("x", "a", "1", to: wanted.key, for: other), renamed, changed, short, offCurve, long]
        for secret in bad { #expect(try await bench.keeper.take([secret]).isEmpty) }
        #expect(try await bench.store.heldSecrets().isEmpty)
        // The longest value there may be.
        let longest = String(repeating: "v", count: SecretSealing.longestValue)
        #expect(try await !bench.keeper.take([bench.seal(longest, "a", "1", to: wanted.key)]).isEmpty)
        #expect(await bench.keeper.secret("a", of: "martlet.fixture").document.count == SecretSealing.longestValue)
    }

    @Test func `a key file that cannot be read now costs no value`() async throws {
        let bench = try Bench()
        defer { try? FileManager.default.removeItem(at: bench.directory) }
        try await bench.document(["a": Self.reference("1")])
        let wanted = try #require(try await bench.keeper.wanted(for: Self.fixture))
        _ = try await bench.keeper.take([bench.seal("x", "a", "1", to: wanted.key)])
        let path = bench.directory.appending(path: "secrets.key").path
        // Too large to be read, as a file is when descriptors have run out: an error, and not "there is none".
        let key = try Data(contentsOf: URL(filePath: path))
        try (key + Data(repeating: 10, count: 70_000)).write(to: URL(filePath: path))
        await bench.keeper.forgetAsked()
        #expect(try await bench.store.heldSecrets().count == 1)
        try key.write(to: URL(filePath: path))
        #expect(await bench.keeper.secret("a", of: "martlet.fixture").document == Array("x".utf8))
    }

    @Test func `a value that came is fresh until settings were applied with it, and one that came meanwhile stays so`()
        async throws
    {
        let bench = try Bench()
        defer { try? FileManager.default.removeItem(at: bench.directory) }
        try await bench.document(["a": Self.reference("1")])
        let wanted = try #require(try await bench.keeper.wanted(for: Self.fixture))
        _ = try await bench.keeper.take([bench.seal("x", "a", "1", to: wanted.key)])
        let first = try await bench.store.freshSecrets(of: "martlet.fixture")
        #expect(first == ["a": "1"])
        try await bench.document(["a": Self.reference("2")])
        _ = try await bench.keeper.take([bench.seal("y", "a", "2", to: wanted.key)])
        try await bench.store.noteApplied(first)
        #expect(try await bench.store.freshSecrets(of: "martlet.fixture") == ["a": "2"])
        try await bench.store.noteApplied(["a": "2"])
        #expect(try await bench.store.freshSecrets(of: "martlet.fixture").isEmpty)
    }

    @Test func `where the key is lost or spoilt, a new one is made and everything is asked for again`() async throws {
        let bench = try Bench()
        defer { try? FileManager.default.removeItem(at: bench.directory) }
        try await bench.document(["a": Self.reference("1")])
        let wanted = try #require(try await bench.keeper.wanted(for: Self.fixture))
        _ = try await bench.keeper.take([bench.seal("x", "a", "1", to: wanted.key)])
        let path = bench.directory.appending(path: "secrets.key")
        for spoil in [{ try FileManager.default.removeItem(at: path) }, { try Data("none".utf8).write(to: path) }] {
            try spoil()
            let lost = await bench.keeper.secret("a", of: "martlet.fixture")
            #expect(lost.status == .failed && lost.message.contains("secrets.key"))
            await bench.keeper.forgetAsked()
            let again = try #require(try await bench.keeper.wanted(for: Self.fixture))
            _ = try await bench.keeper.take([bench.seal("y", "a", "1", to: again.key)])
            #expect(await bench.keeper.secret("a", of: "martlet.fixture").document == Array("y".utf8))
        }
    }
}
