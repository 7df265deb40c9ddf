import DesiredState
package import DeviceProtocol
import Foundation
import Glibc
package import ServerStore

/// Artifacts: taken from devices piece by piece, kept with their run, given to operators.
///
/// A row is there only when the file is whole, checked and on the disk; what is under way is the file's own length.
package actor ArtifactStore {
    /// Artifacts that one device has under way at once.
    package static let mostUnderWay = 4
    /// µs after its last piece that an upload is given up.
    static let patience: Int64 = 7 * 86_400_000_000
    /// µs that a file without a row is left alone: its row may be on its way.
    static let grace: Int64 = 3_600_000_000

    private let store: any SQLStore
    private let files: ArtifactFiles
    private let limits: ArtifactLimits
    private let clock: ServerClock
    /// Uploads of which a piece is being written.
    private var busy: Set<String> = []

    package init(
        store: any SQLStore, dataDirectory: String, limits: ArtifactLimits = ArtifactLimits(),
        clock: ServerClock = .system
    ) {
        self.store = store
        self.limits = limits
        self.clock = clock
        files = ArtifactFiles(dataDirectory: dataDirectory)
    }

    /// Throws `ArtifactRefusal` when the run is not the device's.
    package func progress(_ run: RunID, _ name: String, of device: DeviceUID) async throws -> ArtifactProgress {
        if let whole = try await assert(run, name, of: device) {
            return ArtifactProgress(offset: whole.size, isComplete: true)
        }
        return ArtifactProgress(offset: files.size(files.partial(run, name, device)) ?? 0, isComplete: false)
    }

    /// Takes a piece at the place where the server is; the last one has the whole checked and kept. Throws
    /// `ArtifactRefusal`.
    package func take(_ piece: ArtifactPiece, from device: DeviceUID) async throws -> ArtifactProgress {
        // The numbers are the device's: what they give together may be no number.
        guard piece.digest.count == 32, piece.length >= 0, (0...piece.length).contains(piece.offset),
            !piece.bytes.isEmpty || piece.offset == piece.length,
            Int64(piece.bytes.count) <= piece.length - piece.offset
        else { throw ArtifactRefusal.invalid("the piece does not lie within the artifact that it announces") }
        let partial = files.partial(piece.run, piece.name, device)
        guard busy.insert(partial).inserted else {
            throw ArtifactRefusal.elsewhere(files.size(partial) ?? 0)
        }
        defer { busy.remove(partial) }
        if let whole = try await assert(piece.run, piece.name, of: device) {
            return ArtifactProgress(offset: whole.size, isComplete: true)
        }
        try await assertRoom(for: piece, of: device)
        let held = files.size(partial) ?? 0
        guard piece.offset == held else { throw ArtifactRefusal.elsewhere(held) }
        try files.append(piece.bytes, at: held, to: partial)
        let now = held + Int64(piece.bytes.count)
        guard now == piece.length else { return ArtifactProgress(offset: now, isComplete: false) }
        return try await complete(piece, partial, device)
    }

    private func complete(
        _ piece: ArtifactPiece, _ partial: String, _ device: DeviceUID
    ) async throws -> ArtifactProgress {
        let actual = try files.digest(of: partial)
        guard actual == piece.digest else {
            unlink(partial)
            throw ArtifactRefusal.wrongDigest(
                "artifact \(piece.name) has SHA-256 \(Digest.hex(actual)), announced was \(Digest.hex(piece.digest)); send it anew"
            )
        }
        // Its last piece may have come long ago; from now on its row may be on its way.
        utimes(partial, nil)
        try files.keep(partial, as: actual)
        let record = ArtifactRecord(
            run: piece.run, name: piece.name, device: device, size: piece.length, digest: actual,
            createdAt: clock.now())
        try await store.write { transaction in
            try transaction.execute(
                """
                INSERT INTO artifacts (run_id, name, device_uid, size, digest, created_at) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (run_id, name) DO NOTHING
                """,
                [
                    .blob(record.run.bytes), .text(record.name), .blob(record.device.bytes), .integer(record.size),
                    .blob(record.digest), .integer(record.createdAt),
                ])
        }
        return ArtifactProgress(offset: piece.length, isComplete: true)
    }

    /// The artifact if it is whole. Throws unless the run is the device's.
    private func assert(_ run: RunID, _ name: String, of device: DeviceUID) async throws -> ArtifactRecord? {
        guard ArtifactProtocol.isName(name) else {
            throw ArtifactRefusal.invalid("expected a name of 1 to 64 of [a-z0-9.-], got \(name)")
        }
        let (owner, record) = try await store.read { reader in
            (
                try reader.first("SELECT device_uid FROM runs WHERE run_id = $1", [.blob(run.bytes)])?
                    .blob("device_uid"), try Self.find(run, name, in: reader)
            )
        }
        guard let owner else { throw ArtifactRefusal.unknownRun("the server does not know run \(run) yet") }
        guard owner == device.bytes else {
            throw ArtifactRefusal.notYours("run \(run) is not one of device \(device)")
        }
        return record
    }

    private func assertRoom(for piece: ArtifactPiece, of device: DeviceUID) async throws {
        guard piece.length <= limits.perArtifact else {
            throw ArtifactRefusal.overQuota(
                "artifact \(piece.name) has \(piece.length) bytes; artifacts.perArtifact of the server is \(limits.perArtifact)"
            )
        }
        let (kept, count) = try await store.read { reader in
            let row = try reader.first(
                "SELECT coalesce(sum(size), 0) AS bytes FROM artifacts WHERE device_uid = $1", [.blob(device.bytes)])
            let runs = try reader.first(
                "SELECT count(*) AS held FROM artifacts WHERE run_id = $1", [.blob(piece.run.bytes)])
            return (try row?.integer("bytes") ?? 0, try runs?.integer("held") ?? 0)
        }
        guard count < ArtifactProtocol.mostPerRun else {
            throw ArtifactRefusal.overQuota(
                "run \(piece.run) has \(ArtifactProtocol.mostPerRun) artifacts, which is the limit")
        }
        var others = files.partials(of: device)
        others["\(Digest.hex(piece.run.bytes))-\(piece.name)"] = nil
        guard others.count < Self.mostUnderWay else {
            throw ArtifactRefusal.busy(
                "the device has \(Self.mostUnderWay) artifacts under way, which is the limit; end one of them first")
        }
        // Not added to the length, which the device says: a sum could overflow.
        guard piece.length <= limits.perDevice - kept - others.values.reduce(0, +) else {
            throw ArtifactRefusal.overQuota(
                "with artifact \(piece.name) the device would have more than \(limits.perDevice) bytes, which is artifacts.perDevice of the server"
            )
        }
    }

    // MARK: For operators

    /// In the order of their names.
    package func list(_ run: RunID) async throws -> [ArtifactRecord] {
        try await store.read { reader in
            try reader.query("SELECT * FROM artifacts WHERE run_id = $1 ORDER BY name", [.blob(run.bytes)])
                .map(ArtifactRecord.init(row:))
        }
    }

    /// The artifact and the file that has its bytes.
    package func find(_ run: RunID, _ name: String) async throws -> (record: ArtifactRecord, file: String) {
        guard let record = try await store.read({ try Self.find(run, name, in: $0) }) else {
            throw CoreError(.notFound, "run \(run) has no artifact \"\(name)\"")
        }
        let file = files.whole(record.digest)
        guard files.size(file) == record.size else {
            throw CoreError(
                .notFound, "the bytes of artifact \"\(name)\" are gone: artifacts are in no backup of the server")
        }
        return (record, file)
    }

    private static func find(_ run: RunID, _ name: String, in reader: any SQLReader) throws -> ArtifactRecord? {
        try reader.first(
            "SELECT * FROM artifacts WHERE run_id = $1 AND name = $2", [.blob(run.bytes), .text(name)]
        ).map(ArtifactRecord.init(row:))
    }

    // MARK: Retention

    /// Artifacts go with their run, files with their last artifact, uploads that nobody goes on with after a week. Returns
    /// how many went.
    package func sweep() async throws -> Int {
        var removed = try await store.write { transaction in
            try transaction.execute("DELETE FROM artifacts WHERE run_id NOT IN (SELECT run_id FROM runs)")
        }
        let digests = try await store.read { reader in
            Set(try reader.query("SELECT DISTINCT digest FROM artifacts").map { Digest.hex(try $0.blob("digest")) })
        }
        let now = clock.now()
        for name in entries(files.root) where name != "partial" && !digests.contains(name) {
            removed += remove("\(files.root)/\(name)", before: now - Self.grace)
        }
        for device in entries("\(files.root)/partial") {
            let folder = "\(files.root)/partial/\(device)"
            for name in entries(folder) where !busy.contains("\(folder)/\(name)") {
                removed += remove("\(folder)/\(name)", before: now - Self.patience)
            }
            rmdir(folder)
        }
        return removed
    }

    private func entries(_ folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private func remove(_ path: String, before limit: Int64) -> Int {
        // Not stat(2): in a module that sees Foundation, the compiler finds its structure now in one module, now in another.
        let changed = (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
        guard let changed, Int64(changed.timeIntervalSince1970 * 1_000_000) < limit else { return 0 }
        return unlink(path) == 0 ? 1 : 0
    }
}
