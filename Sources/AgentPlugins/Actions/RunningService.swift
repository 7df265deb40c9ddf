internal import DurableFiles
internal import Glibc
internal import PluginLink

/// The process whose number a service wrote, held by descriptor so that it is never another one.
final class RunningService: Sendable {
    private let pidfd: Int32

    /// Nil when the file names no process, or one that runs another program (a number that was used again).
    init?(_ unit: DirectUnit) {
        // PostgreSQL writes more lines behind its number.
        guard let bytes = try? FileBytes.read(unit.pidFile, limit: 4096),
            let pid = Int32(String(decoding: bytes.prefix(while: { $0 != 0x0A }), as: UTF8.self)), pid > 1
        else { return nil }
        pidfd = pl_pidfd_open(pid)
        // From here on deinit runs also where nil is returned: it alone closes.
        guard pidfd >= 0, Self.runs(pid, program: unit.start.first ?? ""), !Self.isZombie(pid) else { return nil }
    }

    deinit { if pidfd >= 0 { close(pidfd) } }

    func signal(_ number: Int32) -> Bool { pl_pidfd_signal(pidfd, number) == 0 }

    func ended(atMost limit: Duration) async -> Bool {
        await LinkReactor.shared.wait(readable: pidfd, atMost: max(limit, .zero))
    }

    /// A daemon may have written a title over its arguments, as nginx does: what it runs is asked first. A script's process runs
    /// its interpreter, so its argument counts too; there names are compared.
    private static func runs(_ pid: Int32, program: String) -> Bool {
        if let running = executable(of: pid), let wanted = realpath(program, nil) {
            defer { free(wanted) }
            if running == String(cString: wanted) { return true }
        }
        guard let line = try? FileBytes.read("/proc/\(pid)/cmdline", limit: 1 << 20) else { return false }
        let wanted = name(program)
        return line.split(separator: 0).prefix(2).contains { name(String(decoding: $0, as: UTF8.self)) == wanted }
    }

    /// Nil when the process may not be asked. One whose program was replaced meanwhile, by an update, still runs it.
    private static func executable(of pid: Int32) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink("/proc/\(pid)/exe", &buffer, buffer.count - 1)
        guard length > 0 else { return nil }
        let path = String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let mark = " (deleted)"
        return path.hasSuffix(mark) ? String(path.dropLast(mark.count)) : path
    }

    private static func isZombie(_ pid: Int32) -> Bool {
        guard let line = try? FileBytes.read("/proc/\(pid)/stat", limit: 4096),
            let end = line.lastIndex(of: UInt8(ascii: ")")), end + 2 < line.count
        else { return true }
        return line[end + 2] == UInt8(ascii: "Z")
    }

    private static func name(_ path: String) -> Substring { path.split(separator: "/").last ?? "" }
}
