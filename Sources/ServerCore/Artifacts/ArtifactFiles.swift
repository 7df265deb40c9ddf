import Crypto
import DesiredState
import DeviceProtocol
import DurableFiles
import Foundation
import Glibc

/// The bytes of artifacts: whole ones in `artifacts/SHA256`, those under way in `artifacts/partial/DEVICE/RUN-NAME`. All of
/// them are for the server's user alone.
struct ArtifactFiles: Sendable {
    let root: String

    init(dataDirectory: String) { root = dataDirectory + "/artifacts" }

    func whole(_ digest: [UInt8]) -> String { "\(root)/\(Digest.hex(digest))" }
    func folder(of device: DeviceUID) -> String { "\(root)/partial/\(Digest.hex(device.bytes))" }
    func partial(_ run: RunID, _ name: String, _ device: DeviceUID) -> String {
        "\(folder(of: device))/\(Digest.hex(run.bytes))-\(name)"
    }

    /// nil when there is no such file.
    func size(_ path: String) -> Int64? {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : nil
    }

    /// Names and sizes of what a device has under way.
    func partials(of device: DeviceUID) -> [String: Int64] {
        var found: [String: Int64] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder(of: device))) ?? [] {
            found[name] = size("\(folder(of: device))/\(name)") ?? 0
        }
        return found
    }

    /// Puts bytes where the file ends.
    func append(_ bytes: [UInt8], at offset: Int64, to path: String) throws(SystemError) {
        try FileBytes.makeDirectory(root)
        try FileBytes.makeDirectory(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
        try FileBytes.put(bytes, at: offset, in: path)
    }

    func digest(of path: String) throws -> [UInt8] {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? file.close() }
        var hash = SHA256()
        while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
        return Array(hash.finalize())
    }

    /// The file is on the disk under its hash when this returns.
    func keep(_ partial: String, as digest: [UInt8]) throws(SystemError) {
        try FileBytes.sync(file: partial)
        guard rename(partial, whole(digest)) == 0 else { throw SystemError("rename \(partial)", errno) }
        try FileBytes.sync(directory: root)
    }
}
