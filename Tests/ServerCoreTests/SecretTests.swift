import Crypto
import DesiredState
import DeviceProtocol
import Foundation
import Manifests
import OpAMP
import ServerCore
import ServerStore
import Testing

/// Secrets at the server: encrypted at rest, given to whom they concern, shown to nobody.
@Suite(.tags(.R24)) struct SecretTests {
    private static let value = "correct horse battery staple"

    private static func manifest(_ value: String? = value, scope: String = "{group: root}") -> String {
        """
        ---
        apiVersion: martlet/v1
        kind: Secret
        metadata: {name: monitor}
        spec:
          application: martlet.clamav
          scope: \(scope)
        \(value.map { "  value: \"\($0)\"" } ?? "")

        """
    }

    private func asked(
        _ device: inout TestDevice, _ key: P256.KeyAgreement.PrivateKey, _ names: [String] = ["monitor"]
    ) async throws -> [WireSealedSecret] {
        try await device.exchange { _, frame in
            frame.secretsWanted.key = key.publicKey.x963Representation
            frame.secretsWanted.names = names
        }.frame.secrets
    }

    private func open(
        _ secret: WireSealedSecret, _ key: P256.KeyAgreement.PrivateKey, of device: DeviceUID
    ) throws -> String {
        var recipient = try HPKE.Recipient(
            privateKey: key, ciphersuite: .P256_SHA256_AES_GCM_256, info: Data(SecretSealing.info),
            encapsulatedKey: secret.encapsulatedKey)
        let bound = SecretSealing.bound(device: device, name: secret.name, version: secret.version)
        return String(decoding: try recipient.open(secret.ciphertext, authenticating: bound), as: UTF8.self)
    }

    @Test func `a device of the scope gets the value sealed to its key, and its document names it without`()
        async throws
    {
        try await TestServer.run { server in
            let uid = try await server.addDevice()
            #expect(try await server.apply(Self.manifest()).devices == 1)
            let body = try await server.store.read { reader in
                try reader.first(
                    "SELECT body FROM device_entries WHERE device_uid = $1 AND entry = 'martlet.secrets'",
                    [.blob(uid.bytes)])?.text("body")
            }
            let (document, _) = DeviceDocument.read(entries: ["martlet.secrets": Array((body ?? "").utf8)])
            #expect(document.secrets["monitor"]?.application == "martlet.clamav")
            #expect(body?.contains(Self.value) == false)
            var device = TestDevice(server, uid)
            try await device.report()
            let key = P256.KeyAgreement.PrivateKey()
            let secrets = try await asked(&device, key, ["monitor", "monitor", "another"])
            #expect(secrets.map(\.version) == [document.secrets["monitor"]?.version ?? "-"])
            #expect(try open(try #require(secrets.first), key, of: uid) == Self.value)
        }
    }

    @Test func `nobody outside of the scope gets it, nor a copy that is held, nor one whose key is none`() async throws
    {
        try await TestServer.run { server in
            let (inside, outside) = (try await server.addDevice(), try await server.addDevice())
            try await server.apply(Self.manifest(scope: "{devices: [\"\(inside)\"]}"))
            let key = P256.KeyAgreement.PrivateKey()
            var stranger = TestDevice(server, outside)
            try await stranger.report()
            #expect(try await asked(&stranger, key).isEmpty)
            var device = TestDevice(server, inside)
            try await device.report()
            #expect(try await asked(&device, key).count == 1)
            let refused = try await device.exchange { _, frame in
                frame.secretsWanted.key = Data(repeating: 4, count: 65)
                frame.secretsWanted.names = ["monitor"]
            }
            #expect(refused.message.errorResponse.errorMessage.contains("secrets_wanted.key"))
            try await server.store.write { try $0.execute("UPDATE devices SET hold_reason = 'clone', hold_at = 1") }
            server.sync.invalidateAll()
            #expect(try await asked(&device, key).isEmpty)
        }
    }

    @Test func `the same value changes nothing; another one has another version, and tells the devices`() async throws {
        try await TestServer.run { server in
            _ = try await server.addDevice()
            func version() async throws -> String? {
                try await server.store.read { try $0.first("SELECT version FROM secrets")?.text("version") }
            }
            try await server.apply(Self.manifest())
            let first = try await version()
            #expect(try await server.apply(Self.manifest()).changes.map(\.action) == [.unchanged])
            #expect(try await server.apply(Self.manifest(nil)).changes.map(\.action) == [.unchanged])
            let result = try await server.apply(Self.manifest("another"))
            #expect(result.changes.map(\.action) == [.changed])
            #expect(result.changes.first?.differences.map(\.path) == ["spec.value"])
            #expect(result.devices == 1)
            #expect(try await version() != first)
        }
    }

    @Test func `who may only look learns nothing of a value by a dry run`() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.manifest())
            let reader = OperatorIdentity(name: "reader", role: .read)
            for guess in [Self.value, "wrong"] {
                let result = try await server.declarations.apply(
                    try ManifestDecoder.decode(Self.manifest(guess)), ApplyRequest(dryRun: true), by: reader)
                #expect(result.changes.map(\.action) == [.changed], "\(guess)")
                #expect(result.changes.first?.differences.map(\.to) == ["(another value)"])
            }
        }
    }

    @Test func `without a value it is declared, and no document names it`() async throws {
        try await TestServer.run { server in
            let uid = try await server.addDevice()
            try await server.apply(Self.manifest(nil))
            let count = try await server.store.read { reader in
                try reader.query("SELECT 1 FROM device_entries WHERE device_uid = $1", [.blob(uid.bytes)]).count
            }
            #expect(count == 0)
            #expect(try await server.queries.object(.secret, name: "monitor").valueAt == nil)
        }
    }

    @Test func `no row of the store has the value, and no other vault opens what is there`() async throws {
        try await TestServer.run { server in
            _ = try await server.addDevice()
            try await server.apply(Self.manifest())
            try await server.apply(Self.manifest("another value"))
            let row = try #require(try await server.store.read { try $0.first("SELECT * FROM secrets") })
            let (sealed, version) = (try row.blob("sealed"), try row.text("version"))
            #expect(server.vault.open(sealed, name: "monitor", version: version) == Array("another value".utf8))
            #expect(server.vault.open(sealed, name: "other", version: version) == nil)
            #expect(SecretVault.forgetful().open(sealed, name: "monitor", version: version) == nil)
            #expect(try await SecretVault.sealedUnderOther(than: server.vault, in: server.store).isEmpty)
            #expect(try await SecretVault.sealedUnderOther(than: .forgetful(), in: server.store) == ["monitor"])
            for file in try FileManager.default.contentsOfDirectory(atPath: server.directory.path) {
                let bytes = try Data(contentsOf: server.directory.appending(path: file))
                for value in [Self.value, "another value"] {
                    #expect(bytes.range(of: Data(value.utf8)) == nil, "\(file)")
                }
            }
        }
    }

    @Test func `what was stored under another key is left out, and may be set again`() async throws {
        try await TestServer.run { server in
            let uid = try await server.addDevice()
            try await server.apply(Self.manifest())
            try await server.store.write { transaction in
                let lost = try SecretVault.forgetful().seal(Array("x".utf8), name: "monitor", version: "00")
                try transaction.execute("UPDATE secrets SET sealed = $1", [.blob(lost)])
            }
            var device = TestDevice(server, uid)
            try await device.report()
            let key = P256.KeyAgreement.PrivateKey()
            #expect(try await asked(&device, key).isEmpty)
            #expect(try await server.apply(Self.manifest()).changes.map(\.action) == [.changed])
            #expect(try open(try #require(try await asked(&device, key).first), key, of: uid) == Self.value)
        }
    }

    @Test func `what a manifest may say is what may travel`() {
        #expect(SecretSpec.longestValue == SecretSealing.longestValue)
    }

    @Test func `a group with a secret is not deleted`() async throws {
        try await TestServer.run { server in
            try await server.apply(
                "apiVersion: martlet/v1\nkind: Group\nmetadata: {name: web}\nspec: {parent: root}\n"
                    + Self.manifest(scope: "{group: web}"))
            let error = await #expect(throws: CoreError.self) {
                try await server.declarations.delete(.group, name: "web", by: TestServer.admin)
            }
            #expect(error?.message.contains("secrets: monitor") == true)
        }
    }
}
