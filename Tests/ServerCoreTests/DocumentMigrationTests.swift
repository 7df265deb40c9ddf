import DesiredState
import DeviceProtocol
import Foundation
import Logging
import ServerStore
import Testing

@testable import ServerCore

/// A store of a server that kept a document for every device.
@Suite struct DocumentMigrationTests {
    @Test func `devices keep the hash that they had, and nobody is told of a change`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "martlet-migrate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let store = try SQLiteStore(path: directory.appending(path: "martlet.db").path)
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let writer = GroupedWriter(store: store, logger: logger)
        try await Migrator.migrate(store, to: Schema.migrations.filter { $0.number < 12 }, now: 1)
        let (uid, body) = (DeviceUID.make(now: 1), #"{"settings":{"engine":"a"}}"#)
        // What that server compiled of this policy.
        let hash = DeviceDocument.hash(of: ["martlet.clamav": Array(body.utf8)])
        try await store.write { transaction in
            try transaction.execute(
                """
                INSERT INTO policies (name, uid, application, group_name, active, labels, spec, revision, created_at,
                    updated_at) VALUES ('p', $1, 'martlet.clamav', 'root', 1, '{}', $2, 1, 1, 1)
                """,
                [
                    .blob(DeviceUID.make(now: 1).bytes),
                    .text(#"{"application":"martlet.clamav","group":"root","settings":{"engine":"a"}}"#),
                ])
            try transaction.execute(
                """
                INSERT INTO devices (uid, group_name, standing, enrolled_at, document_hash, document_wanted,
                    document_compiled) VALUES ($1, 'root', 'active', 1, $2, 4, 4)
                """, [.blob(uid.bytes), .blob(hash)])
            try transaction.execute(
                "INSERT INTO device_entries (device_uid, entry, body) VALUES ($1, 'martlet.clamav', $2)",
                [.blob(uid.bytes), .text(body)])
        }
        _ = try await StorePreparation.prepare(store, now: 2)
        let compiled = try await DocumentRefresher(writer: writer, moment: { 0 }).refreshSome()
        #expect(compiled.hashes.isEmpty && !compiled.hasMore)
        let held = try await store.read { reader in
            try reader.query("SELECT entry, body FROM device_entries WHERE device_uid = $1", [.blob(uid.bytes)]).map {
                [try $0.text("entry"), try $0.text("body")]
            }
        }
        #expect(held == [["martlet.clamav", body]])
        await writer.stop()
        try store.close()
    }

    @Test func `what was compiled with the count of a package's signatures is compiled anew with the time of the last`()
        async throws
    {
        let directory = FileManager.default.temporaryDirectory.appending(path: "martlet-migrate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let store = try SQLiteStore(path: directory.appending(path: "martlet.db").path)
        let writer = GroupedWriter(store: store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await Migrator.migrate(store, to: Schema.migrations.filter { $0.number < 21 }, now: 1)
        let (uid, digest) = (DeviceUID.make(now: 1), [UInt8](repeating: 1, count: 32))
        let body =
            #"{"martlet.clamav":{"resigned":1,"sha256":"\#(Digest.hex(digest))","version":"1.0.0"}}"#
        let hash = DeviceDocument.hash(of: [DeviceDocument.packagesEntry: Array(body.utf8)])
        try await store.write { transaction in
            try transaction.execute(
                """
                INSERT INTO packages (digest, application, version, size, architectures, manifest, signature, signer,
                    created_at, created_by, resigned) VALUES ($1, 'martlet.clamav', '1.0.0', 10, 'x86_64', '', $2, 'x', 77,
                    'test', 1)
                """, [.blob(digest), .blob([1])])
            try transaction.execute(
                """
                INSERT INTO published_packages (application, version, digest, published_at)
                VALUES ('martlet.clamav', '1.0.0', $1, 1)
                """, [.blob(digest)])
            try transaction.execute(
                """
                INSERT INTO plugin_packages (name, uid, group_name, application, labels, spec, revision, created_at,
                    updated_at, digest) VALUES ('p', $1, 'root', 'martlet.clamav', '{}', $2, 1, 1, 1, $3)
                """,
                [
                    .blob(DeviceUID.make(now: 1).bytes),
                    .text(#"{"application":"martlet.clamav","group":"root","rollout":{},"version":"1.0.0"}"#),
                    .blob(digest),
                ])
            try transaction.execute("INSERT INTO documents (hash) VALUES ($1)", [.blob(hash)])
            try transaction.execute(
                "INSERT INTO document_entries (document_hash, entry, hash, body) VALUES ($1, $2, $3, $4)",
                [
                    .blob(hash), .text(DeviceDocument.packagesEntry), .blob(Digest.sha256(Array(body.utf8))),
                    .text(body),
                ])
            try transaction.execute(
                """
                INSERT INTO devices (uid, group_name, standing, enrolled_at, document_hash, document_wanted,
                    document_compiled) VALUES ($1, 'root', 'active', 1, $2, 4, 4)
                """, [.blob(uid.bytes), .blob(hash)])
        }
        _ = try await StorePreparation.prepare(store, now: 2)
        _ = try await DocumentRefresher(writer: writer, moment: { 0 }).refreshSome()
        let held = try await store.read { reader in
            try reader.first(
                "SELECT body FROM device_entries WHERE device_uid = $1 AND entry = $2",
                [.blob(uid.bytes), .text(DeviceDocument.packagesEntry)])?.text("body")
        }
        let offers = try DeviceDocument.packages(JSONValue(parsing: try #require(held)))
        #expect(offers["martlet.clamav"] == PackageOffer(version: "1.0.0", digest: digest, renewed: 77))
        await writer.stop()
        try store.close()
    }
}
