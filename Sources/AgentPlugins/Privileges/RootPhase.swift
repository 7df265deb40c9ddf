internal import DurableFiles
internal import Glibc
internal import PluginLink

/// What the agent does while it is still root, with one thread, before it becomes another user. Nothing here follows a link that
/// this user could have made.
package enum RootPhase {
    /// Of the data directory: root's own, which the agent's user can neither read nor move away.
    package static let folder = "privileged"

    private enum Number {
        static let link = Int(PP_LINK_FD)
        static let orders = Int(PP_ORDERS_FD)
    }

    /// Makes the data directory root's, with the user's group and the sticky bit: that user makes and removes files in it, and
    /// cannot touch root's. What an agent that was root, or another user, left there becomes the user's. Before the first user was
    /// ever here `adopting` is called, while nobody but root gets at the files: later they may be of a core that was taken over,
    /// whoever they belong to.
    package static func prepare(
        dataDirectory: String, user: UInt32, group: UInt32, adopting: () throws -> Void
    ) throws {
        try makeFolders(above: dataDirectory)
        try FileBytes.makeDirectory(dataDirectory)
        let descriptor = open(dataDirectory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError("open \(dataDirectory)", errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemError("stat \(dataDirectory)", errno) }
        guard status.st_uid == 0 else {
            throw RootPhaseError(
                "\(dataDirectory) belongs to uid \(status.st_uid), expected root; give it to root: chown root:root \(dataDirectory)"
            )
        }
        // Whoever may move it away puts another in its place, with what root's side reads in it. As it is named, and where it leads.
        for path in [dataDirectory, try realPath(dataDirectory)] { try assertRootsFolders(above: path) }
        try makeFolder("\(dataDirectory)/\(folder)")
        let mark = "\(dataDirectory)/\(folder)/begun"
        let isFirst = access(mark, F_OK) != 0
        let isAnothers =
            status.st_gid != group
            || ["agent.db", "identity"].contains { name in
                var status = stat()
                return lstat("\(dataDirectory)/\(name)", &status) == 0 && status.st_uid != user
            }
        guard isFirst || isAnothers || status.st_mode & 0o7777 != 0o1770 else { return }
        guard fchmod(descriptor, 0o700) == 0 else { throw SystemError("chmod \(dataDirectory)", errno) }
        if isFirst {
            try adopting()
            try FileBytes.replace(mark, with: [], mode: 0o600)
        }
        if isFirst || isAnothers {
            let error = pl_give_away("/proc/self/fd/\(descriptor)/.", folder, user, group)
            guard error == 0 else { throw SystemError("give \(dataDirectory) to uid \(user)", error) }
        }
        guard fchown(descriptor, 0, group) == 0, fchmod(descriptor, 0o1770) == 0 else {
            throw SystemError("chown \(dataDirectory)", errno)
        }
    }

    /// Folders above the path that are not there, so that the user gets through them.
    private static func makeFolders(above path: String) throws {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
        let above = String(path[..<slash])
        guard access(above, F_OK) != 0, errno == ENOENT else { return }
        try makeFolders(above: above)
        let before = umask(0o022)
        defer { umask(before) }
        guard mkdir(above, 0o755) == 0 || errno == EEXIST else { throw SystemError("mkdir \(above)", errno) }
    }

    private static func makeFolder(_ path: String) throws {
        if mkdir(path, 0o700) == 0 { return }
        var status = stat()
        guard errno == EEXIST, lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == 0 else {
            throw RootPhaseError("\(path) must be a folder of root's; remove what is there")
        }
    }

    /// Throws when another process works on the data directory.
    package static func assertUnused(dataDirectory: String) throws {
        let descriptor = open("\(dataDirectory)/agent.lock", O_RDWR | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw RootPhaseError(
                "\(dataDirectory) is in use by another martlet-agent; stop it first or choose another dataDirectory")
        }
    }

    /// Throws unless the file is root's and nobody else may write it: what runs as root, or says what that may do.
    package static func assertRoots(_ path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0 else { throw SystemError("stat \(path)", errno) }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_uid == 0, status.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
            throw RootPhaseError("\(path) must be a plain file of root that nobody else may write")
        }
    }

    /// Binds and listens at a UNIX socket for its user and group alone; one that nobody serves is removed before.
    package static func listen(at path: String, user: UInt32, group: UInt32) throws -> Int32 {
        try makeFolders(above: path)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw RootPhaseError("socket \(path): expected a path of at most 107 bytes")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError("socket", errno) }
        do throws(SystemError) {
            unlink(path)
            let before = umask(0o117)
            defer { umask(before) }
            let isBound = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
                }
            }
            guard isBound, Glibc.listen(descriptor, 16) == 0 else { throw SystemError("bind \(path)", errno) }
            let error = pl_give_socket(path, user, group)
            guard error == 0 else { throw SystemError("chown \(path)", error) }
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Folders in whose hands the file is, beside root's: who owns one, or may write it, can put another file there.
    package static func doubtfulFolders(above path: String) -> [String] {
        var (found, folder) = ([String](), path)
        while let slash = folder.lastIndex(of: "/") {
            folder = String(folder[..<slash])
            let name = folder.isEmpty ? "/" : folder
            var status = stat()
            guard lstat(name, &status) == 0 else { continue }
            // A link's mode says nothing: where it leads is changed by who may write its folder.
            let isLink = status.st_mode & S_IFMT == S_IFLNK
            let isOpen = !isLink && status.st_mode & (S_IWGRP | S_IWOTH) != 0 && status.st_mode & S_ISVTX == 0
            if status.st_uid != 0 || isOpen { found.append(name) }
        }
        return found
    }

    /// Throws, with the folder and what helps, where somebody else than root could put another file in the place of this one.
    package static func assertRootsFolders(above path: String) throws {
        guard let folder = doubtfulFolders(above: path).first else { return }
        throw RootPhaseError(
            "\(folder) may be changed by others than root, and what root runs or reads lies below (\(path)); expected a folder of "
                + "root's that group and others may not write: chown root \(folder) && chmod go-w \(folder), or put it elsewhere"
        )
    }

    /// Makes the file that the user will write, as it cannot make one there.
    package static func makeFile(_ path: String, user: UInt32, group: UInt32) throws {
        unlink(path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemError("create \(path)", errno) }
        defer { close(descriptor) }
        guard fchown(descriptor, user, group) == 0 else { throw SystemError("chown \(path)", errno) }
    }

    /// Starts martlet-privileged with its orders; our end of its link.
    package static func startHelper(_ executable: String, orders: String) throws -> Int32 {
        try assertRoots(executable)
        let file = pl_memory_file("martlet-orders")
        guard file >= 0 else { throw SystemError("memfd_create", errno) }
        defer { close(file) }
        try FileBytes.put(Array(orders.utf8), to: file)
        var ends: [Int32] = [-1, -1]
        let error = pl_message_pair(&ends)
        guard error == 0 else { throw SystemError("socketpair", error) }
        defer { close(ends[1]) }
        var descriptors: [Int32] = [-1, -1, STDERR_FILENO]
        descriptors += [ends[1], file]
        do {
            let started = try ProcessStart(
                executable: executable, arguments: [], environment: [], descriptors: descriptors
            ).runHere()
            close(started.pidfd)
        } catch {
            close(ends[0])
            throw error
        }
        return ends[0]
    }

    /// Runs a program to its end, with these bytes as its standard input; its exit code. It ends with us.
    package static func run(_ executable: String, _ arguments: [String], input: [UInt8]) throws -> Int32 {
        let file = pl_memory_file("martlet-input")
        guard file >= 0 else { throw SystemError("memfd_create", errno) }
        defer { close(file) }
        try FileBytes.put(input, to: file)
        let started = try ProcessStart(
            executable: executable, arguments: arguments, environment: Environment.all,
            descriptors: [file, STDOUT_FILENO, STDERR_FILENO], diesWithParent: true
        ).runHere()
        defer { close(started.pidfd) }
        let code = pl_wait(started.pidfd)
        guard code >= 0 else { throw SystemError("wait for \(executable)", errno) }
        return code
    }

    /// Becomes the user, for good.
    package static func drop(user: UInt32, group: UInt32) throws {
        let threads = FolderNames.of("/proc/self/task").count
        guard threads == 1 else { throw RootPhaseError("\(threads) threads run before the agent gave up root") }
        let error = pl_drop(user, group)
        guard error == 0 else { throw SystemError("become uid \(user)", error) }
    }

    /// Lets no process of the same user look into this one: the kernel forgets that when a program is run.
    package static func closeMemory() { pl_close_memory() }

    /// This program's file.
    package static func ownExecutable() throws -> String { try realPath("/proc/self/exe") }

    package static func realPath(_ path: String) throws -> String {
        guard let real = realpath(path, nil) else { throw SystemError("find \(path)", errno) }
        defer { free(real) }
        return String(cString: real)
    }
}

/// Why the agent cannot begin as another user.
package struct RootPhaseError: Error, Sendable, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
