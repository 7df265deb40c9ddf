import DurableFiles
import Glibc

/// The software list, read again only when dpkg's database changed.
package actor InventoryReader {
    private let path: String
    private var list = SoftwareList([])
    private var stamp: (seconds: Int, nanoseconds: Int, size: Int)?

    static let largestDatabase = 256 << 20

    package init(path: String = DpkgStatus.path) { self.path = path }

    /// Empty on a device without dpkg.
    package func current() -> SoftwareList {
        var status = stat()
        guard stat(path, &status) == 0 else {
            list = SoftwareList([])
            return list
        }
        let now = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec, Int(status.st_size))
        if let stamp, stamp == now { return list }
        guard let bytes = try? FileBytes.required(path, limit: Self.largestDatabase) else { return list }
        list = SoftwareList(DpkgStatus.parse(bytes))
        stamp = now
        return list
    }
}
