import Glibc
import TestStage

/// Two connected sockets of which one is for another process; both are closed with this.
final class SocketPair {
    let ours: Int32
    let theirs: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw NotInTime(description: "socketpair: \(String(cString: strerror(errno)))")
        }
        (ours, theirs) = (ends[0], ends[1])
    }

    deinit {
        close(ours)
        close(theirs)
    }
}
