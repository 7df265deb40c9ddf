import DeviceProtocol
import Foundation
import ServerStore

/// Stores batches of events, and the mark of their stream with them.
struct EventWriter {
    let device: DeviceUID
    let now: Int64
    /// What to add to the device's clock to get ours.
    let clockOffset: Int64
    let transaction: any SQLTransaction

    /// Throws for a batch that names no stream or epoch: nothing of it can be receipted.
    func write(_ batch: WireEventBatch) throws -> WireStreamReceipt {
        guard batch.stream == .urgent || batch.stream == .normal else {
            throw CoreError(.invalid, "event batch: unknown stream \(batch.stream.rawValue)")
        }
        guard let epoch = Identifier(batch.epoch) else {
            throw CoreError(.invalid, "event batch: expected an epoch of \(Identifier.size) bytes")
        }
        var receipt = WireStreamReceipt()
        receipt.stream = batch.stream
        receipt.epoch = batch.epoch
        let key: [SQLValue] = [.blob(device.bytes), .blob(epoch.bytes), .integer(Int64(batch.stream.rawValue))]
        let mark = try self.mark(key)
        switch EventIntake.judge(batch, mark: mark, stored: try storedDigests(key, batch, mark)) {
        case .failure:
            receipt.newEpoch = true
            receipt.storedThrough = mark?.through ?? 0
        case .success(let intake):
            try store(intake, key)
            receipt.storedThrough = intake.mark.through
            receipt.digest = Data(intake.mark.digest)
            receipt.refused = intake.refused
        }
        return receipt
    }

    private func mark(_ key: [SQLValue]) throws -> StreamMark? {
        try transaction.first(
            """
            SELECT stored_through, digest FROM event_streams
            WHERE device_uid = $1 AND epoch = $2 AND stream = $3
            """, key
        ).map {
            StreamMark(through: UInt64(bitPattern: try $0.integer("stored_through")), digest: try $0.blob("digest"))
        }
    }

    /// Digests of stored events that the batch repeats or builds on, except the mark's own.
    private func storedDigests(
        _ key: [SQLValue], _ batch: WireEventBatch, _ mark: StreamMark?
    ) throws -> [UInt64: [UInt8]] {
        guard let mark else { return [:] }
        var numbers = batch.events.map(\.number)
        if batch.baseNumber > 0 { numbers.append(batch.baseNumber) }
        guard let lowest = numbers.min(), lowest < mark.through else { return [:] }
        let rows = try transaction.query(
            """
            SELECT number, digest FROM events
            WHERE device_uid = $1 AND epoch = $2 AND stream = $3 AND number >= $4 AND number < $5
            ORDER BY number LIMIT 4096
            """, key + [.integer(Int64(bitPattern: lowest)), .integer(Int64(bitPattern: mark.through))])
        var digests: [UInt64: [UInt8]] = [:]
        for row in rows { digests[UInt64(bitPattern: try row.integer("number"))] = try row.blob("digest") }
        return digests
    }

    private func store(_ intake: EventIntake, _ key: [SQLValue]) throws {
        try transaction.executeBatch(
            """
            INSERT INTO events (device_uid, epoch, stream, number, digest, event_id, application, instance, severity,
                type, body, data, device_time, corrected_time, received_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            """,
            intake.accepted.map { event in
                key + [
                    .integer(Int64(bitPattern: event.number)), .blob(Array(event.digest)), .blob(Array(event.id)),
                    .text(event.application), .text(event.instance), .integer(Int64(event.severity.rawValue)),
                    .text(event.type), .text(event.text),
                    .text(event.data.isEmpty ? "{}" : String(decoding: event.data, as: UTF8.self)),
                    .integer(event.deviceTime), .integer(min(event.deviceTime &+ clockOffset, now)), .integer(now),
                ]
            })
        try transaction.execute(
            """
            INSERT INTO event_streams (device_uid, epoch, stream, stored_through, digest) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (device_uid, epoch, stream) DO UPDATE SET stored_through = excluded.stored_through,
                digest = excluded.digest
            """, key + [.integer(Int64(bitPattern: intake.mark.through)), .blob(intake.mark.digest)])
    }
}
