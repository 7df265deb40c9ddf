internal import DesiredState
internal import DeviceCrypto
internal import DurableFiles
internal import Glibc
internal import PluginLink
package import PluginPackage

/// A plugin's folder as it was found.
package struct InstalledPlugin: Sendable {
    package let folder: String
    package let manifest: PluginManifest
    /// It came over the server, signed by its vendor; else the host's owner put it there.
    package let isPackaged: Bool

    /// Reads DIRECTORY/ID/plugin.yaml of every folder. A plugin whose manifest is wrong is left out and said.
    package static func discover(in directory: String) -> (found: [InstalledPlugin], problems: [PluginProblem]) {
        guard let names = folders(in: directory) else {
            return ([], [PluginProblem(plugin: "", message: "the plugins directory \(directory) cannot be read")])
        }
        var found: [InstalledPlugin] = []
        var problems: [PluginProblem] = []
        for name in names.sorted() {
            do throws(PluginProblem) {
                found.append(try read(directory, name))
            } catch {
                problems.append(error)
            }
        }
        return (found, problems)
    }

    /// Reads the plugin with this id from a folder of any name.
    package init(packaged folder: String, id: String) throws(PluginProblem) {
        self = try Self.read(folder: folder, id: id, isPackaged: true)
    }

    private init(folder: String, manifest: PluginManifest, isPackaged: Bool) {
        self.isPackaged = isPackaged
        self.folder = folder
        self.manifest = manifest
    }

    private static func read(_ directory: String, _ name: String) throws(PluginProblem) -> InstalledPlugin {
        try read(folder: "\(directory)/\(name)", id: name, isPackaged: false)
    }

    private static func read(
        folder: String, id name: String, isPackaged: Bool
    ) throws(PluginProblem) -> InstalledPlugin {
        let file = "\(folder)/plugin.yaml"
        try assertTrusted(folder, plugin: name)
        try assertTrusted(file, plugin: name)
        do {
            guard let bytes = try FileBytes.read(file) else {
                throw PluginProblem(plugin: name, message: "\(file) is missing")
            }
            let manifest = try PluginManifest(yaml: bytes, file: file)
            guard manifest.id == name else {
                throw PluginProblem(
                    plugin: name, message: "\(file) is of plugin \(manifest.id); the folder must be named so")
            }
            return InstalledPlugin(folder: folder, manifest: manifest, isPackaged: isPackaged)
        } catch let problem as PluginProblem {
            throw problem
        } catch let error as SystemError {
            throw PluginProblem(plugin: name, message: "\(error)", mayPass: error.isShortage || error.code == EIO)
        } catch {
            throw PluginProblem(plugin: name, message: "\(error)")
        }
    }

    /// The manifest grants units and paths that the agent touches as root: who may write it owns the device. What is not
    /// there is somebody else's finding.
    private static func assertTrusted(_ path: String, plugin: String) throws(PluginProblem) {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        guard status.st_uid == 0 || status.st_uid == geteuid(), status.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
            throw PluginProblem(
                plugin: plugin, message: "\(path) must be of root or of the agent's user, and nobody else may write it")
        }
    }

    private static func folders(in directory: String) -> [String]? {
        guard access(directory, R_OK) == 0 else { return nil }
        return FolderNames.of(directory).filter { name in
            var status = stat()
            return stat("\(directory)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        }
    }

    /// The library in memory that nobody can change, checked: owner, mode, and the manifest's digest when it has one.
    func sealLibrary() throws -> Int32 {
        let path = "\(folder)/\(manifest.library)"
        var size: UInt64 = 0
        let descriptor = pl_library_seal(path, &size)
        guard descriptor >= 0 else {
            guard errno == EPERM else { throw SystemError("load \(path)", errno) }
            throw PluginProblem(
                plugin: manifest.id,
                message: "\(path) must be a plain file of root or of the agent's user that nobody else may write")
        }
        guard let expected = manifest.libraryDigest else { return descriptor }
        let actual = Self.digest(descriptor, size: Int(size))
        guard actual == expected else {
            close(descriptor)
            throw PluginProblem(
                plugin: manifest.id,
                message: "\(path) has SHA-256 \(Digest.hex(actual)), its manifest says \(Digest.hex(expected))")
        }
        return descriptor
    }

    private static func digest(_ descriptor: Int32, size: Int) -> [UInt8] {
        guard let map = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), map != MAP_FAILED else { return [] }
        defer { munmap(map, size) }
        var digest = [UInt8](repeating: 0, count: Int(DC_SHA256_SIZE))
        guard dc_sha256(map.assumingMemoryBound(to: UInt8.self), size, &digest) == 0 else { return [] }
        return digest
    }
}

/// Why a folder gives no plugin.
package struct PluginProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// The folder's name.
    package let plugin: String
    package let message: String
    /// It says nothing of the folder: the device lacked what it takes to read it.
    package var mayPass = false

    package var description: String { message }
}
