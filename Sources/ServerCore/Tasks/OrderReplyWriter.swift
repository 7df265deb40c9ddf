import DeviceProtocol
import ServerStore

/// Completes orders by the device's replies. A reply to an order that is not pending changes nothing.
struct OrderReplyWriter {
    let device: DeviceUID
    let now: Int64
    let transaction: any SQLTransaction

    func write(_ reply: WireOrderReply) throws {
        guard let id = Identifier(reply.id), let status = OrderStatus(reply.status) else { return }
        let completed = try transaction.query(
            """
            UPDATE orders SET status = $3, message = $4, replied_at = $5, annotation = NULL, revision = revision + 1
            WHERE order_id = $1 AND device_uid = $2 AND status = 'pending' RETURNING kind, subject
            """,
            [
                .blob(id.bytes), .blob(device.bytes), .text(status.rawValue), .text(reply.message), .integer(now),
            ])
        guard status == .failed, let order = completed.first, try order.text("kind") == OrderKind.runTask.rawValue
        else { return }
        try failRun(order.text("subject"), reason: reply.message)
    }

    /// A device that refuses to start a run will never report it.
    private func failRun(_ text: String, reason: String) throws {
        guard let run = Identifier(text) else { return }
        try transaction.execute(
            """
            UPDATE runs SET state = $3, message = $4, finished_at = $5, updated_at = $5, annotation = NULL,
                revision = revision + 1
            WHERE run_id = $1 AND device_uid = $2 AND state < 3
            """,
            [
                .blob(run.bytes), .blob(device.bytes), .integer(RunState.failed.rawValue), .text(reason), .integer(now),
            ])
    }
}
