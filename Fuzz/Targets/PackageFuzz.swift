import DurableFiles
import Glibc
import PluginPackage

/// Packages as a vendor, a server or a disk may give them.
enum PackageFuzz {
    private static let path = "/dev/shm/martlet-fuzz-package-\(getpid())"

    static func run(_ bytes: [UInt8]) {
        guard (try? FileBytes.put(bytes, at: 0, in: path, truncating: true)) != nil else { return }
        defer { unlink(path) }
        guard let package = try? PackageReader(path) else { return }
        precondition(package.manifest.id == package.index.id)
        precondition(package.entries.reduce(0) { $0 + $1.size } <= Int64(bytes.count), "more than there is")
    }
}
