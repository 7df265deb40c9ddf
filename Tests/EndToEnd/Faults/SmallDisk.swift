import Foundation
import TestStage

/// A file system of a few MiB in the place of a directory, with what was in it. Needs root.
final class SmallDisk: Sendable {
    private let directory: String

    /// While nobody works in the directory.
    init(_ directory: String, mebibytes: Int = 16) async throws {
        self.directory = directory
        let script = """
            mv "$1" "$1.kept"
            mkdir -m 700 "$1"
            mount -t tmpfs -o size=\(mebibytes)m,mode=700 tmpfs "$1"
            cp -a "$1.kept/." "$1/"
            """
        let outcome = try await Outcome.of(URL(fileURLWithPath: "/bin/sh"), ["-ec", script, "sh", directory])
        try outcome.expect(0)
    }

    deinit { unmount() }

    /// At once for us; who works in it still has it.
    func unmount() { umount2(directory, Int32(MNT_DETACH)) }

    private var filler: String { directory + "/filler" }

    /// Leaves not a byte.
    func fill() throws {
        let file = open(filler, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw NotInTime(description: "\(filler): \(String(cString: strerror(errno)))") }
        defer { close(file) }
        for size in [1 << 16, 1] {
            let bytes = [UInt8](repeating: 0, count: size)
            while write(file, bytes, size) > 0 {}
        }
        guard errno == ENOSPC else { throw NotInTime(description: "\(filler): \(String(cString: strerror(errno)))") }
    }

    func free() { unlink(filler) }
}
