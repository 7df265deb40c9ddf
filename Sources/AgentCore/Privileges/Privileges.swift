package import AgentPlugins
import DurableFiles
import Glibc
package import Logging

/// What is left of having been root: a helper that does what was granted, and a socket that was bound before.
package struct Privileges: Sendable {
    package let helper: PrivilegedHelper
    /// Listening; stays open as long as the process.
    package let listener: Int32

    private static let variable = "MARTLET_INHERITED"

    /// Whether the agent is root and is to become another user.
    package static func mustGo(_ configuration: AgentConfiguration) -> Bool {
        configuration.user != nil && geteuid() == 0
    }

    /// Makes everything ready that needs root, but for what `giveUp` does. Single-threaded, as all of this.
    package static func prepare(_ configuration: AgentConfiguration) throws {
        guard let user = configuration.user else { return }
        try RootPhase.assertUnused(dataDirectory: configuration.dataDirectory)
        try RootPhase.prepare(dataDirectory: configuration.dataDirectory, user: user.uid, group: user.gid) {
            let database = configuration.dataDirectory + "/agent.db"
            guard access(database, F_OK) == 0, let text = try AgentStore.trust(in: database) else { return }
            try RootTrust(configuration).adopt(text)
        }
    }

    /// Becomes the user. Throws, with what helps, when it cannot read what it has to.
    package static func drop(_ configuration: AgentConfiguration, file: String) throws {
        guard let user = configuration.user else { return }
        try RootPhase.drop(user: user.uid, group: user.gid)
        for path in [file, configuration.rootCertificate] + configuration.operatorCertificates
        where access(path, R_OK) != 0 && errno == EACCES {
            throw AgentError(
                "\(path) cannot be read by the user \(user.name): chmod 644 \(path), and let it into the folders above")
        }
    }

    /// Starts the helper and becomes the configured user, for good. `file` is the configuration's.
    package static func giveUp(
        _ configuration: AgentConfiguration, file: String, logger: Logger
    ) throws -> Privileges? {
        guard let user = configuration.user else { return nil }
        let orders = try PrivilegedOrders(configuration, file: file, trust: RootTrust(configuration).statement())
        for problem in orders.problems { logger.warning("not granted", metadata: ["reason": "\(problem)"]) }
        if HostGroup.usable() == nil {
            logger.notice("no control groups (v2) can be made here: plugins' processes are found by their environment")
        }
        let listener = try RootPhase.listen(at: configuration.socket, user: user.uid, group: user.gid)
        let link = try RootPhase.startHelper(
            RootPhase.realPath(configuration.privilegedHelper), orders: orders.text)
        try drop(configuration, file: file)
        logger.notice("the agent gave up root", metadata: ["user": "\(user.name)", "uid": "\(user.uid)"])
        return Privileges(helper: PrivilegedHelper(link: link), listener: listener)
    }

    /// Those that the same process had before it was started anew; nil when it had none.
    package static func inherited() -> Privileges? {
        guard geteuid() != 0, let value = getenv(variable) else { return nil }
        unsetenv(variable)
        RootPhase.closeMemory()
        let numbers = String(cString: value).split(separator: ":").compactMap { Int32($0) }
        guard numbers.count == 2, numbers.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) else { return nil }
        return Privileges(helper: PrivilegedHelper(link: numbers[0]), listener: numbers[1])
    }

    /// Leaves them to the program that this process runs next.
    package func bequeath() {
        for descriptor in [helper.link, listener] { _ = fcntl(descriptor, F_SETFD, 0) }
        setenv(Self.variable, "\(helper.link):\(listener)", 1)
    }
}
