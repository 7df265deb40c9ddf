internal import DesiredState
internal import DeviceCrypto
internal import DurableFiles
internal import Glibc

/// What runs make for the server, until the server has it: `artifacts/open/RUN-NAME` while it is made,
/// `artifacts/whole/RUN-NAME` when it is; for the agent's user alone.
package actor ArtifactSpool {
    private let open: String
    private let whole: String
    private let limits: ArtifactSpoolLimits
    /// Bytes on the disk; nil before the first look.
    private var used: Int64?
    /// The last runs that ended: a piece that was on its way meanwhile makes no file that nobody would remove.
    private var ended: [[UInt8]] = []
    private static let rememberedRuns = 1_024
    private let finished: @Sendable () async -> Void

    /// `finished` is called when an artifact became whole.
    package init(
        dataDirectory: String, limits: ArtifactSpoolLimits = ArtifactSpoolLimits(),
        finished: @escaping @Sendable () async -> Void
    ) {
        open = "\(dataDirectory)/artifacts/open"
        whole = "\(dataDirectory)/artifacts/whole"
        self.limits = limits
        self.finished = finished
    }

    /// Drops what was not finished when the agent ended: its runs are over or begin anew.
    package func recover() {
        for name in FolderNames.of(open) { unlink("\(open)/\(name)") }
        used = nil
    }

    func append(_ piece: ArtifactPiece) -> HostActionResult {
        let path = "\(open)/\(Self.key(piece.run, piece.name))"
        guard !ended.contains(piece.run) else {
            return HostActionResult(.invalid, message: "artifact \(piece.name): its run has ended")
        }
        let present = Self.size(path)
        if present == nil, let problem = tooMany(piece) { return HostActionResult(.exhausted, message: problem) }
        let held = present ?? 0
        guard piece.offset == 0 || piece.offset == held else {
            return HostActionResult(.invalid, message: "expected a piece at \(held) or 0, got \(piece.offset)")
        }
        let others = bytesUsed() - held
        let size = piece.offset + Int64(piece.bytes.count)
        guard size <= limits.perArtifact else {
            return HostActionResult(
                .exhausted,
                message: "artifact \(piece.name): at most \(limits.perArtifact) bytes are kept for the server")
        }
        guard others + size <= limits.perDevice else {
            return HostActionResult(
                .exhausted,
                message: "artifact \(piece.name): all artifacts of this device that wait for the server have at most "
                    + "\(limits.perDevice) bytes, and \(others) wait")
        }
        do throws(SystemError) {
            try FileBytes.makeDirectory(open)
            try FileBytes.put(piece.bytes, at: piece.offset, in: path, truncating: piece.offset == 0)
            used = others + size
            return .done
        } catch {
            used = nil
            return HostActionResult(.failed, message: "\(error)")
        }
    }

    /// Why no further artifact is begun; empty ones count, too.
    private func tooMany(_ piece: ArtifactPiece) -> String? {
        let names = [open, whole].flatMap(FolderNames.of)
        let prefix = Self.key(piece.run, "")
        if names.count(where: { $0.hasPrefix(prefix) }) >= limits.perRun {
            return "artifact \(piece.name): a run has at most \(limits.perRun)"
        }
        return names.count >= limits.artifacts
            ? "artifact \(piece.name): \(limits.artifacts) artifacts wait for the server, which is the limit" : nil
    }

    func finish(run: [UInt8], name: String) async -> HostActionResult {
        let key = Self.key(run, name)
        do throws(SystemError) {
            guard Self.size("\(open)/\(key)") != nil else {
                return HostActionResult(.notFound, message: "nothing was added to artifact \(name)")
            }
            try FileBytes.makeDirectory(whole)
            try FileBytes.sync(file: "\(open)/\(key)")
            guard rename("\(open)/\(key)", "\(whole)/\(key)") == 0 else { throw SystemError("rename \(key)", errno) }
            try FileBytes.sync(directory: whole)
        } catch {
            return HostActionResult(.failed, message: "\(error)")
        }
        await finished()
        return .done
    }

    /// The run is over: what it did not finish is dropped.
    func runEnded(_ run: [UInt8]) {
        ended.append(run)
        if ended.count > Self.rememberedRuns { ended.removeFirst() }
        let prefix = Self.key(run, "")
        for name in FolderNames.of(open) where name.hasPrefix(prefix) {
            unlink("\(open)/\(name)")
            used = nil
        }
    }

    /// What the server is to have, the oldest first.
    package func waiting() -> [SpooledArtifact] {
        FolderNames.of(whole).compactMap { key in
            var status = stat()
            let path = "\(whole)/\(key)"
            guard let run = Self.run(of: key), stat(path, &status) == 0 else { return nil }
            return SpooledArtifact(
                run: run, name: String(key.dropFirst(33)), path: path, size: Int64(status.st_size),
                finished: Int64(status.st_mtim.tv_sec) * 1_000_000)
        }
        .sorted { ($0.finished, $0.path) < ($1.finished, $1.path) }
    }

    /// The server has it, or will not have it.
    package func remove(_ artifact: SpooledArtifact) {
        unlink(artifact.path)
        used = nil
    }

    /// SHA-256; nil when the file cannot be read.
    package nonisolated func digest(of artifact: SpooledArtifact) -> [UInt8]? {
        guard artifact.size > 0 else { return Digest.sha256([]) }
        let descriptor = Glibc.open(artifact.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let size = Int(artifact.size)
        guard let map = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), map != MAP_FAILED else { return nil }
        defer { munmap(map, size) }
        var digest = [UInt8](repeating: 0, count: Int(DC_SHA256_SIZE))
        guard dc_sha256(map.assumingMemoryBound(to: UInt8.self), size, &digest) == 0 else { return nil }
        return digest
    }

    private func bytesUsed() -> Int64 {
        if let used { return used }
        let sum = [open, whole].reduce(Int64(0)) { sum, folder in
            FolderNames.of(folder).reduce(sum) { $0 + (Self.size("\(folder)/\($1)") ?? 0) }
        }
        used = sum
        return sum
    }

    private static func key(_ run: [UInt8], _ name: String) -> String { "\(Digest.hex(run))-\(name)" }

    private static func run(of key: String) -> [UInt8]? {
        guard key.utf8.count > 33, let run = Digest.bytes(hex: String(key.prefix(32))), run.count == 16 else {
            return nil
        }
        return run
    }

    private static func size(_ path: String) -> Int64? {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : nil
    }
}
