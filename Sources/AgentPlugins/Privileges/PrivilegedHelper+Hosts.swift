internal import DurableFiles
internal import Glibc
internal import PluginLink
internal import PluginPackage
internal import Synchronization

extension PrivilegedHelper {
    func start(_ start: HostStart) throws -> any HostHandle {
        let id = start.plugin.manifest.id
        let fields = LinkFields().adding(PP_PLUGIN, id).adding(PP_USER, Int64(PluginUser.id(id)))
            .adding(PP_MEMORY, Int64(clamping: start.limits.memory ?? 0))
            .adding(PP_FILES, Int64(clamping: start.limits.files ?? 0))
            .adding(PP_PROCESSES, Int64(clamping: start.limits.processes ?? 0))
        let (number, answer) = ask(
            PP_START_HOST, fields, [start.output, start.control, start.events, start.library])
        guard let answer else { throw HelperGone() }
        let code = Int32(truncatingIfNeeded: answer.frame.number(PP_ERRNO) ?? 0)
        guard code == 0, let pid = answer.frame.number(PP_PID), let pidfd = answer.descriptors.first else {
            let words = answer.frame.text(PP_MESSAGE)
            throw SystemError("start a process for \(id)\(words.isEmpty ? "" : " (\(words))")", code)
        }
        return HelpedHost(helper: self, number: number, pid: Int32(truncatingIfNeeded: pid), pidfd: pidfd)
    }
}

/// A host that is the helper's child.
private final class HelpedHost: HostHandle {
    let helper: PrivilegedHelper
    let number: UInt64
    let pid: Int32
    let pidfd: Int32
    private let cause = Mutex<HostEnd.Cause?>(nil)

    init(helper: PrivilegedHelper, number: UInt64, pid: Int32, pidfd: Int32) {
        self.helper = helper
        self.number = number
        self.pid = pid
        self.pidfd = pidfd
    }

    private var fields: LinkFields { LinkFields().adding(PP_HOST, Int64(bitPattern: number)) }

    func kill() { helper.tell(PP_KILL_HOST, fields) }

    /// The helper collects it, too.
    func endChildren() {
        guard let frame = helper.ask(PP_END_HOST, fields).answer?.frame else {
            return cause.withLock { $0 = .orphaned }
        }
        guard frame.number(PP_ERRNO) == 0 else { return }
        let value = Int(frame.number(PP_VALUE) ?? 0)
        cause.withLock { $0 = frame.number(PP_SIGNALLED) == 1 ? .signalled(value) : .exited(value) }
    }

    func collect() -> HostEnd.Cause { cause.withLock { $0 } ?? .notStarted }
}
