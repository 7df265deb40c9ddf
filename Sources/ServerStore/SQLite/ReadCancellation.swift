import GRDBSQLite
import Synchronization

/// Ends a read whose task was cancelled: a long one would keep its thread for nobody.
final class ReadCancellation: Sendable {
    /// Instructions of SQLite's machine between two looks: about a tenth of a millisecond.
    private static let instructions: Int32 = 10_000

    private let isCancelled = Atomic(false)

    /// Runs the read on the connection, on this thread.
    func watching<T>(_ connection: OpaquePointer?, _ read: () throws -> T) throws -> T {
        // Asked by SQLite itself: an interruption from outside is lost where no statement runs at that moment.
        sqlite3_progress_handler(
            connection, Self.instructions,
            { context in
                guard let context else { return 0 }
                return Unmanaged<ReadCancellation>.fromOpaque(context).takeUnretainedValue().isOver ? 1 : 0
            }, Unmanaged.passUnretained(self).toOpaque())
        defer { sqlite3_progress_handler(connection, 0, nil, nil) }
        guard !isOver else { throw CancellationError() }
        return try read()
    }

    func cancel() { isCancelled.store(true, ordering: .relaxed) }

    private var isOver: Bool { isCancelled.load(ordering: .relaxed) }
}
