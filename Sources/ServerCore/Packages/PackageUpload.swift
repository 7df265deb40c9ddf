import DesiredState
import DurableFiles
import Glibc
import PluginPackage

/// A package on its way to the server, in a file of its own that goes with the upload unless it is kept.
package struct PackageUpload: ~Copyable {
    private let path: String
    private var size: Int64 = 0
    private var digest = StreamedDigest()

    init(path: String) throws(SystemError) {
        self.path = path
        try FileBytes.put([], at: 0, in: path, truncating: true)
    }

    deinit { unlink(path) }

    /// Throws `invalid` when it became larger than a package may be.
    package mutating func add(_ bytes: [UInt8]) throws {
        guard size + Int64(bytes.count) <= PackageLimits.packageBytes else {
            throw CoreError(
                .invalid, "the package has more than \(PackageLimits.packageBytes) bytes, which is the limit")
        }
        try FileBytes.put(bytes, at: size, in: path)
        digest.add(bytes)
        size += Int64(bytes.count)
    }

    /// Reads and checks it, and puts it where it belongs. Throws `invalid` for what is no package, or not the one announced.
    mutating func finish(announced: [UInt8], at target: String) throws -> (package: PackageReader, size: Int64) {
        let actual = digest.finish()
        guard actual == announced else {
            throw CoreError(
                .invalid,
                "what came has SHA-256 \(Digest.hex(actual)), announced was \(Digest.hex(announced)); send it again"
            )
        }
        try FileBytes.sync(file: path)
        do {
            _ = try PackageReader(path)
        } catch let error as PackageError {
            throw CoreError(.invalid, "the package cannot be used: \(error.reason)")
        }
        guard rename(path, target) == 0 else { throw SystemError("rename \(path)", errno) }
        return (try PackageReader(target), size)
    }
}
