package import Logging
import Synchronization

/// The level of a process's log, which can be changed while it runs. Thread-safe.
package final class LogLevelSetting: Sendable {
    private let level: Mutex<Logger.Level>

    package init(_ level: Logger.Level) { self.level = Mutex(level) }

    package var current: Logger.Level {
        get { level.withLock { $0 } }
        set { level.withLock { $0 = newValue } }
    }
}
