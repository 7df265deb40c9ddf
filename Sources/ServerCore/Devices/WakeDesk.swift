import DeviceProtocol
package import Logging
package import ServerStore
import ServiceLifecycle

/// Wakes devices that somebody waits for, and writes down what came of it.
///
/// Requests are taken at any time and worked on while `run` runs. Pacing is the waker's.
package final class WakeDesk: Service {
    private let waker: any DeviceWaker
    private let writer: GroupedWriter
    private let feed: ChangeFeed
    private let clock: ServerClock
    private let logger: Logger
    private let requests: AsyncStream<WakeRequest>
    private let inbox: AsyncStream<WakeRequest>.Continuation

    /// `feed` is signalled after a report was written.
    package init(
        waker: any DeviceWaker, writer: GroupedWriter, feed: ChangeFeed, clock: ServerClock = .system, logger: Logger
    ) {
        self.waker = waker
        self.writer = writer
        self.feed = feed
        self.clock = clock
        self.logger = logger
        (requests, inbox) = AsyncStream.makeStream()
    }

    package func request(_ request: WakeRequest) { inbox.yield(request) }

    package func run() async throws {
        await withDiscardingTaskGroup { group in
            for await request in requests.cancelOnGracefulShutdown() {
                group.addTask { await self.wake(request) }
            }
        }
    }

    private func wake(_ request: WakeRequest) async {
        let outcome = await waker.wake(request.device, taskHint: request.run)
        let now = clock.now()
        do {
            // The device is being answered by now: one commit does for both.
            try await writer.submit(.control, rows: 3) { transaction in
                let next = try transaction.first(
                    "SELECT next_sync_at FROM devices WHERE uid = $1", [.blob(request.device.bytes)])?
                    .optionalInteger("next_sync_at")
                let report = WakeReport.text(outcome, next: next ?? nil, now: now)
                try Self.write(report, request, now: now, in: transaction)
            }
        } catch {
            logger.error("wake report not stored", metadata: ["device": "\(request.device)", "error": "\(error)"])
        }
        feed.signal()
    }

    private static func write(
        _ report: String, _ request: WakeRequest, now: Int64, in transaction: any SQLTransaction
    ) throws {
        try transaction.execute(
            "UPDATE devices SET wake_at = $2, wake_report = $3 WHERE uid = $1",
            [.blob(request.device.bytes), .integer(now), .text(report)])
        try transaction.execute(
            "UPDATE orders SET annotation = $2, revision = revision + 1 WHERE order_id = $1 AND status = 'pending'",
            [.blob(request.order.bytes), .text(report)])
        guard let run = request.run else { return }
        try transaction.execute(
            "UPDATE runs SET annotation = $2, revision = revision + 1 WHERE run_id = $1 AND state = 1",
            [.blob(run.bytes), .text(report)])
    }
}
