import Failpoints
import GRDB
import Glibc
import NIOPosix
import Synchronization

/// The default engine: one SQLite file, one writer, a pool of readers that the writer never blocks (WAL).
package final class SQLiteStore: SQLStore {
    package let dialect = SQLDialect.sqlite
    private let pool: DatabasePool
    /// Where reads are made. GRDB's own way for asynchronous reads passes through four queues; this is one thread there
    /// and back, which is most of what a read of a few rows takes.
    private let threads: NIOThreadPool
    /// For tasks of high priority, which do not wait behind the many reads of devices.
    private let urgentThreads = NIOThreadPool(numberOfThreads: urgentReaders)
    private static let urgentReaders = 2
    /// For every thread of Swift's pool, which has the processors' number for each of its priorities: none that looks something up may wait.
    private static let lookingUp = 4 * max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    private let urgentReads = Atomic(0)
    /// KiB: a change of policy on 10,000 devices touches the pages of all of them, again and again. Freed when the work is over.
    private static let writerCache = 16_384
    /// Of 4 KiB, before they are brought into the file: what a busy server changes again and again is brought there once.
    private static let pagesOfLog = 4_096
    private let texts = StatementTexts()
    private let path: String

    /// Opens or creates the file. Throws when the writer would not sync every commit to the disk.
    package init(path: String, readers: Int = 4) throws {
        self.path = path
        threads = NIOThreadPool(numberOfThreads: readers)
        var configuration = Configuration()
        configuration.maximumReaderCount = readers + Self.urgentReaders + Self.lookingUp
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = false
        configuration.label = "martlet-store"
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            // The pool sets NORMAL by itself after opening, which forgets commits when power fails.
            let synchronous = try pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = \(WeakenedStorage.synchronous ?? "FULL")")
                try database.execute(sql: "PRAGMA cache_size = -\(Self.writerCache)")
                try database.execute(sql: "PRAGMA wal_autocheckpoint = \(Self.pagesOfLog)")
                return try Int.fetchOne(database, sql: "PRAGMA synchronous")
            }
            guard synchronous == 2 || WeakenedStorage.synchronous != nil else {
                throw StoreError(.invalid, "SQLite writer: synchronous is \(synchronous ?? -1), expected 2 (FULL)")
            }
        } catch let error as DatabaseError {
            throw StoreError(
                sqlite: error.resultCode.rawValue, "\(path): \(error.message ?? "cannot open")", cause: error
            ).of(path)
        }
        threads.start()
        urgentThreads.start()
    }

    package func read<T: Sendable>(_ body: @escaping @Sendable (any SQLReader) throws -> T) async throws -> T {
        try await StoreError.translating(path) {
            let isUrgent = Task.currentPriority >= .high && takeUrgentThread()
            defer { if isUrgent { urgentReads.subtract(1, ordering: .relaxed) } }
            let cancellation = ReadCancellation()
            do {
                return try await withTaskCancellationHandler {
                    try await (isUrgent ? urgentThreads : threads).runIfActive { [pool, texts] in
                        try pool.read { database in
                            try cancellation.watching(database.sqliteConnection) {
                                try body(SQLiteConnection(database: database, texts: texts))
                            }
                        }
                    }
                } onCancel: {
                    cancellation.cancel()
                }
            } catch {
                try Task.checkCancellation()
                throw error
            }
        }
    }

    package func lookUp<T: Sendable>(_ body: @escaping @Sendable (any SQLReader) throws -> T) async throws -> T {
        try Task.checkCancellation()
        return try await StoreError.translating(path) { try readHere(body) }
    }

    private func readHere<T>(_ body: (any SQLReader) throws -> T) throws -> T {
        try pool.read { try body(SQLiteConnection(database: $0, texts: texts)) }
    }

    /// Whether one of the urgent threads is free. Where none is, an urgent read stands in line with the others rather than behind
    /// those that may be long.
    private func takeUrgentThread() -> Bool {
        guard urgentReads.add(1, ordering: .relaxed).newValue > Self.urgentReaders else { return true }
        urgentReads.subtract(1, ordering: .relaxed)
        return false
    }

    package func write<T: Sendable>(_ body: @escaping @Sendable (any SQLTransaction) throws -> T) async throws -> T {
        try await StoreError.translating(path) {
            try await pool.write { [texts] in try body(SQLiteConnection(database: $0, texts: texts)) }
        }
    }

    package func freeMemory() { pool.releaseMemoryEventually() }

    /// Brings the log into the file first: whoever copies the file of a server that is stopped has everything.
    package func close() throws {
        // Readers first: the log cannot be emptied while one reads it.
        for threads in [threads, urgentThreads] { try threads.syncShutdownGracefully() }
        try? pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try pool.close()
    }
}
