internal import Glibc

/// Whole small files, without Foundation.
package enum FileBytes {
    /// The file's content; nil when there is no file. Throws EFBIG beyond `limit` bytes.
    package static func read(_ path: String, limit: Int = 1 << 20) throws(SystemError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw SystemError("open \(path)", errno)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError("read \(path)", errno) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= limit else { throw SystemError("read \(path)", EFBIG) }
        }
    }

    /// The content of a file that has to be there.
    package static func required(_ path: String, limit: Int = 1 << 20) throws(SystemError) -> [UInt8] {
        guard let bytes = try read(path, limit: limit) else { throw SystemError("open \(path)", ENOENT) }
        return bytes
    }

    /// Replaces the file at once and durably: a reader sees the old or the new content, also after a crash. Owner and
    /// mode of a file that exists are kept, else `mode` is used.
    package static func replace(_ path: String, with bytes: [UInt8], mode: UInt32) throws(SystemError) {
        let temporary = "\(path).\(getpid()).\(UInt32.random(in: .min ... .max)).tmp"
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let descriptor = open(temporary, flags, mode_t(mode))
        guard descriptor >= 0 else { throw SystemError("create \(temporary)", errno) }
        do throws(SystemError) {
            defer { close(descriptor) }
            try keepOwner(of: path, on: descriptor, mode: mode)
            try write(bytes, at: 0, to: descriptor, path: temporary)
            guard fsync(descriptor) == 0 else { throw SystemError("fsync \(temporary)", errno) }
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else {
            let error = SystemError("rename to \(path)", errno)
            unlink(temporary)
            throw error
        }
        try syncDirectory(of: path)
    }

    /// Makes the folder and those above it, for us alone.
    package static func makeDirectory(_ path: String) throws(SystemError) {
        guard mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw SystemError("mkdir \(path)", errno)
        }
        try makeDirectory(String(path[..<slash]))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw SystemError("mkdir \(path)", errno) }
    }

    private static func keepOwner(of path: String, on descriptor: Int32, mode: UInt32) throws(SystemError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard fchmod(descriptor, mode_t(mode)) == 0 else { throw SystemError("chmod \(path)", errno) }
            return
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SystemError("replace \(path), not a plain file,", EINVAL)
        }
        guard fchown(descriptor, status.st_uid, status.st_gid) == 0, fchmod(descriptor, status.st_mode & 0o7777) == 0
        else { throw SystemError("chown \(path)", errno) }
    }

    /// Puts bytes into a file of ours from `offset` on; it is made (0600) where it is not there. `truncating` drops what it
    /// held. Durable once `sync(file:)` returned.
    package static func put(
        _ bytes: [UInt8], at offset: Int64, in path: String, truncating: Bool = false
    ) throws(SystemError) {
        let flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (truncating ? O_TRUNC : 0)
        let descriptor = open(path, flags, 0o600)
        guard descriptor >= 0 else { throw SystemError("open \(path)", errno) }
        defer { close(descriptor) }
        try write(bytes, at: offset, to: descriptor, path: path)
    }

    /// Writes bytes to an open file from its beginning.
    package static func put(_ bytes: [UInt8], to descriptor: Int32) throws(SystemError) {
        try write(bytes, at: 0, to: descriptor, path: "an open file")
    }

    private static func write(
        _ bytes: [UInt8], at offset: Int64, to descriptor: Int32, path: String
    ) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset) + off_t(done))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemError("write \(path)", errno) }
            done += count
        }
    }

    private static func syncDirectory(of path: String) throws(SystemError) {
        try sync(directory: path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ".")
    }

    /// Makes renames and removals in the folder durable.
    package static func sync(directory folder: String) throws(SystemError) { try sync(folder, O_DIRECTORY) }

    /// Makes what was put into the file durable.
    package static func sync(file path: String) throws(SystemError) { try sync(path, 0) }

    private static func sync(_ path: String, _ flags: Int32) throws(SystemError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | flags)
        guard descriptor >= 0 else { throw SystemError("open \(path)", errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw SystemError("fsync \(path)", errno) }
    }
}
