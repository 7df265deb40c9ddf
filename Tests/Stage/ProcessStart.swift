package import Foundation
import Synchronization

/// Starts processes one at a time: Foundation's `Process.run` has crashed here when many threads were in it at once.
package enum ProcessStart {
    private static let turn = Mutex(())

    package static func run(_ process: Process) throws { try turn.withLock { _ in try process.run() } }

    /// What must not happen between a child's making and its running.
    static func whileNoneStarts<T: Sendable>(_ body: @Sendable () throws -> T) throws -> T {
        try turn.withLock { _ in try body() }
    }
}
