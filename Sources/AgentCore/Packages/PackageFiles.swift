import AgentPlugins
import DesiredState
import DurableFiles
import Glibc
import PluginPackage

/// Packages on the device's disk: `packages/download/SHA256.part`, and what was unpacked in `packages/installed/ID/SHA256`.
struct PackageFiles: Sendable {
    let root: String

    init(dataDirectory: String) { root = dataDirectory + "/packages" }

    func partial(_ digest: [UInt8]) -> String { "\(root)/download/\(Digest.hex(digest)).part" }
    func folder(_ plugin: String, _ digest: [UInt8]) -> String { "\(root)/installed/\(plugin)/\(Digest.hex(digest))" }

    func prepare() throws(SystemError) { try FileBytes.makeDirectory("\(root)/download") }

    /// 0 when there is none.
    func held(_ digest: [UInt8]) -> Int64 {
        var status = stat()
        return stat(partial(digest), &status) == 0 ? Int64(status.st_size) : 0
    }

    func digest(of path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError("open \(path)", errno) }
        defer { close(descriptor) }
        var digest = StreamedDigest()
        while true {
            let piece = try [UInt8](unsafeUninitializedCapacity: 256 << 10) { buffer, count in
                var got = read(descriptor, buffer.baseAddress, buffer.count)
                while got < 0, errno == EINTR { got = read(descriptor, buffer.baseAddress, buffer.count) }
                guard got >= 0 else { throw SystemError("read \(path)", errno) }
                count = got
            }
            if piece.isEmpty { return digest.finish() }
            digest.add(piece)
        }
    }

    /// Puts manifest and library where they are loaded from; whole and durable when it returns.
    func unpack(_ package: PackageReader, digest: [UInt8]) throws {
        let folder = folder(package.manifest.id, digest)
        try FileBytes.makeDirectory(folder)
        try package.extract(.manifest, to: folder + "/plugin.yaml")
        try package.extract(.library(.current), to: "\(folder)/\(package.manifest.library)")
        try FileBytes.sync(directory: folder)
    }

    /// The plugin in an unpacked package.
    func plugin(_ plugin: String, _ digest: [UInt8]) throws -> InstalledPlugin {
        try InstalledPlugin(packaged: folder(plugin, digest), id: plugin)
    }

    /// Removes downloads except those.
    func sweepDownloads(keeping digests: [[UInt8]]) {
        let kept = Set(digests.map { Digest.hex($0) + ".part" })
        for name in FolderNames.of("\(root)/download") where !kept.contains(name) { unlink("\(root)/download/\(name)") }
    }

    /// Removes what is unpacked of the plugin, except those.
    func sweep(_ plugin: String, keeping digests: [[UInt8]]) {
        guard PluginManifest.isIdentifier(plugin) else { return }
        let kept = Set(digests.map { Digest.hex($0) })
        let base = "\(root)/installed/\(plugin)"
        for name in FolderNames.of(base) where !kept.contains(name) {
            for file in FolderNames.of("\(base)/\(name)") { unlink("\(base)/\(name)/\(file)") }
            rmdir("\(base)/\(name)")
        }
        rmdir(base)
    }

    func drop(_ digest: [UInt8]) { unlink(partial(digest)) }
}
