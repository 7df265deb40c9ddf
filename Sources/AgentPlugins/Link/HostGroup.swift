internal import DurableFiles
internal import Glibc

/// A control group (v2) of one host and everything it starts, however it detaches itself: ended as a whole. Where none
/// can be made, hosts go without, and `Stray` is what finds their children.
package struct HostGroup: Sendable {
    private let path: String

    /// Makes the group below the agent's own; nil when that cannot be written.
    init?(_ name: String, parent: String?) {
        guard let parent else { return nil }
        // Never one that exists: whatever is in it is ended with the host.
        path = "\(parent)/\(Self.prefix)\(getpid())-\(name)-\(UInt32.random(in: .min ... .max))"
        guard mkdir(path, 0o755) == 0 else { return nil }
    }

    private init(path: String) { self.path = path }

    /// To be written by who joins; the caller closes it.
    func openProcesses() -> Int32? {
        let descriptor = open(path + "/cgroup.procs", O_WRONLY | O_CLOEXEC)
        return descriptor < 0 ? nil : descriptor
    }

    /// Ends every process in it.
    func kill() {
        let descriptor = open(path + "/cgroup.kill", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = write(descriptor, "1", 1)
        close(descriptor)
    }

    /// Now, or once the last of its processes has gone.
    func remove() {
        guard rmdir(path) != 0, errno == EBUSY else { return }
        Task { [path] in
            try? await Task.sleep(for: .seconds(1))
            rmdir(path)
        }
    }

    private static let prefix = "martlet-host-"

    /// Ends and removes the groups of agents that are gone; another agent's are its own, also empty ones.
    static func sweep(_ parent: String) {
        for name in FolderNames.of(parent) {
            guard let agent = agent(of: name), Glibc.kill(agent, 0) != 0, errno == ESRCH else { continue }
            let group = HostGroup(path: "\(parent)/\(name)")
            group.kill()
            group.remove()
        }
    }

    /// The agent that made a group of this name; nil when it is none of ours.
    static func agent(of name: String) -> Int32? {
        guard name.hasPrefix(prefix) else { return nil }
        return name.dropFirst(prefix.count).split(separator: "-").first.flatMap { Int32($0) }
    }

    /// The folder of our own group, if groups can be made in it.
    package static func usable() -> String? { own().flatMap { access($0, W_OK) == 0 ? $0 : nil } }

    /// The folder of the group that this process is in; nil without a v2 hierarchy.
    static func own() -> String? {
        guard let mounts = try? FileBytes.read("/proc/self/mountinfo"),
            let groups = try? FileBytes.read("/proc/self/cgroup")
        else { return nil }
        return own(mounts: String(decoding: mounts, as: UTF8.self), groups: String(decoding: groups, as: UTF8.self))
    }

    /// From the texts of /proc/self/mountinfo and /proc/self/cgroup.
    static func own(mounts: String, groups: String) -> String? {
        let mount = mounts.split(separator: "\n").lazy.compactMap { line -> Substring? in
            // 31 23 0:28 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw
            let words = line.split(separator: " ")
            guard let dash = words.firstIndex(of: "-"), dash > 4, words.dropFirst(dash + 1).first == "cgroup2" else {
                return nil
            }
            return words[4]
        }.first
        let group = groups.split(separator: "\n").first { $0.hasPrefix("0::/") }?.dropFirst(3)
        guard let mount, let group else { return nil }
        return group == "/" ? String(mount) : "\(mount)\(group)"
    }
}
