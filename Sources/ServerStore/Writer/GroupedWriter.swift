package import Logging

/// Many submissions, one commit.
///
/// A batch takes what waits (lane by lane) until it holds `rows` or has run for `duration`; whoever submitted
/// is answered after the commit, so that an answer means durable. One submission that fails is undone alone and its
/// submitter gets the error; a commit that fails fails every submission of its batch. While a batch commits the next
/// one gathers, so that under load one disk sync serves many devices and an idle store adds no delay.
package actor GroupedWriter {
    package struct Limits: Sendable {
        package var rows = 2_000
        package var duration = Duration.milliseconds(20)
        /// How long a last-seen mark may wait for a batch to ride on.
        package var markDelay = Duration.milliseconds(250)
        /// Rows of events that may wait; beyond it submissions are refused, and devices come again later.
        package var waitingEventRows = 100_000

        package init() {}
    }

    private let store: any SQLStore
    private let limits: Limits
    private let logger: Logger
    private var queues = WriteQueues()
    /// Rows of events in the batch that is being written.
    private var eventRowsInBatch = 0
    private var marks: [[UInt8]: LastSeenMark] = [:]
    private var markTimer: Task<Void, Never>?
    private var running = false
    private var stopped = false

    /// Batches committed so far.
    package private(set) var commits = 0
    /// Submissions that no batch has taken yet.
    package var waiting: Int { queues.count }

    package init(store: any SQLStore, limits: Limits = Limits(), logger: Logger) {
        self.store = store
        self.limits = limits
        self.logger = logger
    }

    /// Runs `body` in a later batch. Returns after its commit. `rows` is about how many rows it touches.
    @discardableResult
    package func submit<T: Sendable>(
        _ lane: WriteLane = .control, rows: Int = 1, _ body: @escaping @Sendable (any SQLTransaction) throws -> T
    ) async throws -> T {
        guard !stopped else { throw StoreError(.unavailable, "the server is stopping") }
        let eventRows = queues.eventRows + eventRowsInBatch
        if lane == .events, eventRows + rows > max(limits.waitingEventRows, rows) {
            throw StoreError(.unavailable, "\(eventRows) rows of events wait to be stored; come again later")
        }
        return try await withCheckedThrowingContinuation { continuation in
            queues.add(PendingWrite(rows: rows, continuation: continuation, body: body), lane)
            startIfIdle()
        }
    }

    /// Notes that a device was heard of. Only the newest mark of a device is written, with a later batch; it may be lost
    /// when the process dies before that.
    package func mark(_ mark: LastSeenMark) {
        guard !stopped else { return }
        if let known = marks[mark.device], known.at > mark.at { return }
        marks[mark.device] = mark
        guard markTimer == nil else { return }
        markTimer = Task { [delay = limits.markDelay] in
            try? await Task.sleep(for: delay)
            self.markTimer = nil
            self.startIfIdle()
        }
    }

    /// Returns when everything handed over before is written.
    package func flush() async throws { try await submit { _ in } }

    /// Writes what waits and refuses what comes later.
    package func stop() async {
        guard !stopped else { return }
        do { try await flush() } catch { logger.error("last writes failed", metadata: ["error": "\(error)"]) }
        stopped = true
        markTimer?.cancel()
    }

    private func startIfIdle() {
        guard !running, !queues.isEmpty || !marks.isEmpty else { return }
        running = true
        // Whoever came first: others wait for the same batch.
        Task(priority: .high) { await self.run() }
    }

    private func run() async {
        while !queues.isEmpty || !marks.isEmpty { await commitBatch() }
        running = false
    }

    private func commitBatch() async {
        let (batch, least) = queues.take(rows: limits.rows)
        eventRowsInBatch = batch.reduce(0) { $0 + ($1.lane == .events ? $1.write.rows : 0) }
        defer { eventRowsInBatch = 0 }
        let marks = self.marks
        self.marks = [:]
        do {
            let completions = try await write(batch.map(\.write), least: least, marks: marks.values.map(\.arguments))
            commits += 1
            queues.putBack(batch.dropFirst(completions.count))
            for completion in completions { completion(nil) }
        } catch {
            logger.error("a batch was not stored", metadata: ["error": "\(error)", "submissions": "\(batch.count)"])
            for waiting in batch { waiting.write.refuse(error) }
        }
    }

    private func write(
        _ batch: [PendingWrite], least: Int, marks: [[SQLValue]]
    ) async throws -> [PendingWrite.Completion] {
        let duration = limits.duration
        return try await store.write { transaction in
            let clock = ContinuousClock()
            let end = clock.now + duration
            try transaction.executeBatch(LastSeenMark.statement, marks)
            var completions: [PendingWrite.Completion] = []
            for write in batch {
                completions.append(write.run(transaction))
                if completions.count >= least, clock.now >= end { break }
            }
            return completions
        }
    }
}
