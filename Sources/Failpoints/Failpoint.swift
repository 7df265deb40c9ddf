/// A place in the code at which a test has the process kill itself, as a power cut or the kernel would: no clean-up runs.
/// A passage compiles to nothing unless DEBUG.
@frozen
@usableFromInline
package enum Failpoint: String, Sendable {
    /// A plugin's events have their rows, their transaction is not committed.
    case spoolBeforeCommit = "spool-before-commit"
    /// The events are in the spool, the plugin was not told.
    case spoolCommitted = "spool-committed"
    /// A device's events have their rows, the batch is not committed.
    case serverBeforeCommit = "server-before-commit"
    /// The events are in the store, the device has no receipt.
    case serverCommitted = "server-committed"

    @inlinable @inline(__always)
    package func pass() {
        #if DEBUG
            ArmedFailpoint.process?.passed(self)
        #endif
    }
}
