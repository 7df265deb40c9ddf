import DesiredState
package import DeviceProtocol
import DurableFiles
import Foundation
import OpAMP
import PluginPackage
package import ServerStore

/// Packages: taken from operators, kept in files named by their SHA-256, given to the devices that they were offered to.
package struct PackageStore: Sendable {
    private static let uploading = "upload-"

    private let store: any SQLStore
    private let writer: GroupedWriter
    private let root: String
    private let catalog: PluginCatalog
    private let clock: ServerClock

    package init(
        store: any SQLStore, writer: GroupedWriter, dataDirectory: String, catalog: PluginCatalog,
        clock: ServerClock = .system
    ) {
        self.store = store
        self.writer = writer
        self.catalog = catalog
        self.clock = clock
        root = dataDirectory + "/packages"
    }

    /// Makes what policies and tasks may say of the plugins that are in packages known.
    package func begin() async throws {
        // What an upload left that the server did not survive.
        let files = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        for name in files where name.hasPrefix(Self.uploading) {
            try? FileManager.default.removeItem(atPath: "\(root)/\(name)")
        }
        let rows = try await store.read { try $0.query("SELECT manifest FROM packages WHERE signature IS NOT NULL") }
        for row in rows { learn(try row.text("manifest")) }
    }

    private func learn(_ manifest: String) {
        if let manifest = try? PluginManifest(yaml: Array(manifest.utf8), file: "plugin.yaml") {
            catalog.learn(manifest)
        }
    }

    // MARK: From operators

    package func upload() throws -> PackageUpload {
        try FileBytes.makeDirectory(root)
        return try PackageUpload(
            path: "\(root)/\(Self.uploading)\(Digest.hex(Identifier.make(now: clock.now()).bytes))")
    }

    /// Keeps what was uploaded. A package that is held already is nothing new; the same version with other bytes is a conflict as long
    /// as the package is held, and for ever once it was signed.
    package func keep(
        _ upload: consuming PackageUpload, digest: [UInt8], by identity: OperatorIdentity
    ) async throws -> PackageRecord {
        let isHeld = try await store.read { try PackageRecord.find(digest, in: $0) != nil }
        let isMended = isHeld && !isWhole(digest)
        let (package, size) = try upload.finish(announced: digest, at: path(digest))
        try FileBytes.sync(directory: root)
        do {
            return try await store(package, digest, size, isMended: isMended, by: identity)
        } catch {
            let held = try? await store.read { try PackageRecord.find(digest, in: $0) != nil }
            if held == false { try? FileManager.default.removeItem(atPath: path(digest)) }
            throw error
        }
    }

    /// Whether the file is there with the bytes that it is named by.
    private func isWhole(_ digest: [UInt8]) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path(digest)) else { return false }
        defer { try? file.close() }
        var actual = StreamedDigest()
        while let piece = try? file.read(upToCount: 256 << 10), !piece.isEmpty { actual.add([UInt8](piece)) }
        return actual.finish() == digest
    }

    private func store(
        _ package: PackageReader, _ digest: [UInt8], _ size: Int64, isMended: Bool, by identity: OperatorIdentity
    ) async throws -> PackageRecord {
        let now = clock.now()
        let manifest = package.manifest
        let text = String(decoding: package.manifestBytes, as: UTF8.self)
        let architectures = package.architectures.map(\.rawValue).joined(separator: " ")
        return try await writer.submit(.control, rows: 2) { transaction in
            if let known = try PackageRecord.find(digest, in: transaction) {
                // Devices may have found out, and not have been heard.
                if isMended { try Self.renew(known, now, in: transaction) }
                return known
            }
            if let other = try PackageRecord.find(manifest.id, manifest.version, in: transaction) {
                throw CoreError(
                    .conflict,
                    "\(manifest.id) \(manifest.version) is here already, with SHA-256 \(Digest.hex(other.digest)): other bytes need another version"
                )
            }
            if let former = try PackageRecord.published(manifest.id, manifest.version, in: transaction),
                former != digest
            {
                throw CoreError(
                    .conflict,
                    "\(manifest.id) \(manifest.version) was published before, with SHA-256 \(Digest.hex(former)): other bytes need another version"
                )
            }
            try transaction.execute(
                """
                INSERT INTO packages (digest, application, version, size, architectures, manifest, created_at, created_by)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                """,
                [
                    .blob(digest), .text(manifest.id), .text(manifest.version), .integer(size), .text(architectures),
                    .text(text), .integer(now), .text(identity.name),
                ])
            try AuditLog.write(
                "upload", kind: "Package", name: "\(manifest.id) \(manifest.version)", detail: Digest.hex(digest),
                by: identity, now: now, in: transaction)
            guard let record = try PackageRecord.find(digest, in: transaction) else {
                throw StoreError(.damaged, "a package that was just stored is not there")
            }
            return record
        }
    }

    /// Notes the signature of a version, for ever. Where it is another one than before, or a device says that it could not have the
    /// package, documents say that it was brought anew, and those who refused it or wait look again.
    private static func publish(
        _ record: PackageRecord, _ signature: [UInt8], _ now: Int64, in transaction: any SQLTransaction
    ) throws {
        let digest = record.digest
        let former = try transaction.first(
            "SELECT signature FROM published_packages WHERE application = $1 AND version = $2",
            [.text(record.application), .text(record.version)])?.optionalBlob("signature")
        try transaction.execute(
            """
            INSERT INTO published_packages (application, version, digest, published_at, signature)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (application, version) DO UPDATE SET signature = excluded.signature
            """,
            [.text(record.application), .text(record.version), .blob(digest), .integer(now), .blob(signature)])
        let failed = try transaction.first(
            "SELECT 1 AS one FROM device_packages WHERE offered = $1 AND status = $2 LIMIT 1",
            [.blob(digest), .integer(Int64(OpAMPPackageStatusEnum.installFailed.rawValue))])
        guard failed != nil || (former != nil && former != signature) else { return }
        try renew(record, now, in: transaction)
    }

    /// Has documents say that a version was brought anew, as far as it was ever offered.
    private static func renew(_ record: PackageRecord, _ now: Int64, in transaction: any SQLTransaction) throws {
        try transaction.execute(
            "UPDATE published_packages SET renewed_at = $3 WHERE application = $1 AND version = $2",
            [.text(record.application), .text(record.version), .integer(now)])
        let rows = try transaction.query(
            "SELECT group_name FROM plugin_packages WHERE digest = $1 OR previous_digest = $1",
            [.blob(record.digest)])
        for row in rows {
            for group in try GroupRecord.subtree(of: row.text("group_name"), in: transaction) {
                _ = try DocumentRefresher.mark(group: group, in: transaction)
            }
        }
        if !rows.isEmpty { try DeclaredVersion.renew(now: now, in: transaction) }
    }

    /// Keeps a package's signature, if devices would take it now. Documents that name it are to be compiled afterwards.
    package func sign(
        _ digest: [UInt8], with signature: [UInt8], by identity: OperatorIdentity
    ) async throws -> PackageRecord {
        let record = try await find(digest)
        let package = try PackageReader(path(digest))
        let trust = try await store.read { try DeclaredTrust.statement(in: $0) }
        guard let trust else {
            throw CoreError(
                .conflict,
                "no TrustDocument says whose plugins may run: make one with martlet trust sign, and apply it first")
        }
        let now = clock.now()
        let signer: DetachedSignature.Signer
        do { signer = try PackageAuthority(trust).admit(package, signature: signature, at: now) } catch {
            throw CoreError(.invalid, "the signature is not taken: \(error)")
        }
        try await writer.submit(.control, rows: 2) { transaction in
            guard try PackageRecord.find(digest, in: transaction) != nil else { throw Self.unknown(digest) }
            try transaction.execute(
                "UPDATE packages SET signature = $2, signer = $3, fingerprint = $4 WHERE digest = $1",
                [.blob(digest), .blob(signature), .text(signer.subject), .blob(signer.fingerprint)])
            try Self.publish(record, signature, now, in: transaction)
            try AuditLog.write(
                "sign", kind: "Package", name: "\(record.application) \(record.version)", detail: signer.subject,
                by: identity, now: now, in: transaction)
        }
        catalog.learn(package.manifest)
        return try await find(digest)
    }

    /// Forgets a package that nothing is declared of.
    package func delete(_ digest: [UInt8], by identity: OperatorIdentity) async throws {
        let now = clock.now()
        try await writer.submit(.control, rows: 2) { transaction in
            guard let record = try PackageRecord.find(digest, in: transaction) else { throw Self.unknown(digest) }
            let users = try transaction.query(
                "SELECT name FROM plugin_packages WHERE digest = $1 OR previous_digest = $1 ORDER BY name",
                [.blob(digest)])
            guard users.isEmpty else {
                let names = try users.map { try $0.text("name") }.joined(separator: ", ")
                throw CoreError(.conflict, "the package is deployed by \(names)")
            }
            try transaction.execute("DELETE FROM packages WHERE digest = $1", [.blob(digest)])
            try AuditLog.write(
                "delete", kind: "Package", name: "\(record.application) \(record.version)", by: identity, now: now,
                in: transaction)
        }
        try? FileManager.default.removeItem(atPath: path(digest))
    }

    /// All of them, by application and version.
    package func list() async throws -> [PackageRecord] {
        try await store.read { reader in
            try reader.query("SELECT * FROM packages ORDER BY application, created_at").map(PackageRecord.init(row:))
        }
    }

    /// Throws `notFound`.
    package func find(_ digest: [UInt8]) async throws -> PackageRecord {
        guard let record = try await store.read({ try PackageRecord.find(digest, in: $0) }) else {
            throw Self.unknown(digest)
        }
        return record
    }

    private static func unknown(_ digest: [UInt8]) -> CoreError {
        CoreError(.notFound, "no package with SHA-256 \(Digest.hex(digest))")
    }

    // MARK: For devices

    /// A piece of a package that the device's document offers, and the package's size; nil for any other package: what a
    /// device was not offered is not there for it.
    package func piece(
        _ digest: [UInt8], from offset: Int64, count: Int64, for device: DeviceUID
    ) async throws -> (bytes: [UInt8], size: Int64)? {
        let isOffered = try await store.read { reader in
            let row = try reader.first(
                "SELECT body FROM device_entries WHERE device_uid = $1 AND entry = $2",
                [.blob(device.bytes), .text(DeviceDocument.packagesEntry)])
            guard let row else { return false }
            let offers = try DeviceDocument.packages(JSONValue(parsing: row.text("body")))
            return offers.values.contains { $0.digest == digest }
        }
        guard isOffered, let record = try await store.read({ try PackageRecord.find(digest, in: $0) }) else {
            return nil
        }
        let wanted = min(count, PackageProtocol.pieceBytes, record.size - offset)
        guard wanted > 0 else { return ([], record.size) }
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path(digest)))
        defer { try? file.close() }
        try file.seek(toOffset: UInt64(offset))
        return (Array(try file.read(upToCount: Int(wanted)) ?? Data()), record.size)
    }

    private func path(_ digest: [UInt8]) -> String { "\(root)/\(Digest.hex(digest))" }
}
