#if DEBUG
    import Glibc
    import Synchronization

    /// The failpoint of this process, from `MARTLET_FAILPOINT=NAME:PASSAGES`: so many are let go, then it kills.
    @usableFromInline
    package final class ArmedFailpoint: Sendable {
        /// Read once.
        @usableFromInline package static let process = ArmedFailpoint(
            getenv("MARTLET_FAILPOINT").map { String(cString: $0) } ?? "")

        private let failpoint: Failpoint
        private let passagesLeft: Mutex<Int>

        private init?(_ text: String) {
            let parts = text.split(separator: ":")
            guard parts.count == 2, let failpoint = Failpoint(rawValue: String(parts[0])), let passages = Int(parts[1])
            else { return nil }
            self.failpoint = failpoint
            passagesLeft = Mutex(passages)
        }

        @usableFromInline
        package func passed(_ failpoint: Failpoint) {
            guard failpoint == self.failpoint else { return }
            let isDue = passagesLeft.withLock { left in
                left -= 1
                return left < 0
            }
            if isDue { kill(getpid(), SIGKILL) }
        }
    }
#endif
