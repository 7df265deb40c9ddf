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

    /// Events from the beginning of a later epoch that may be renumbered ones, and how many of the device's last events
    /// are searched for them.
    static let renumbered: UInt64 = 4_096
    /// Epochs remembered per device and stream.
    static let epochs: Int64 = 16
    static let searched: Int64 = 8_192

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
        let mark = try mark(key)
        switch EventIntake.judge(batch, held: try held(key, batch, mark)) {
        case .failure(let other):
            receipt.newEpoch = true
            receipt.storedThrough = other.agreed.through
            receipt.digest = Data(other.agreed.digest)
        case .success(let intake):
            try store(intake, key)
            if mark == nil { try forgetEpochs(key) }
            receipt.storedThrough = intake.receipt.through
            receipt.digest = Data(intake.receipt.digest)
            receipt.refused = intake.refused
        }
        return receipt
    }

    private func held(
        _ key: [SQLValue], _ batch: WireEventBatch, _ mark: StreamMark?
    ) throws -> EventIntake.Held {
        return EventIntake.Held(
            mark: mark ?? .none, digests: try storedDigests(key, batch, mark), ids: try idsElsewhere(key, batch, mark))
    }

    /// A new epoch: of the device's others the latest are kept. One that is forgotten and comes again begins anew.
    private func forgetEpochs(_ key: [SQLValue]) throws {
        try transaction.execute(
            """
            DELETE FROM event_streams WHERE device_uid = $1 AND stream = $3 AND epoch <> $2 AND epoch NOT IN (
                SELECT epoch FROM event_streams WHERE device_uid = $1 AND stream = $3 ORDER BY epoch DESC LIMIT $4)
            """, key + [.integer(Self.epochs)])
    }

    /// A device that went through several epochs (restored more than once to the same snapshot, say) may renumber
    /// events that came under another epoch already: at the beginning of an epoch they are looked for by their ids.
    private func idsElsewhere(
        _ key: [SQLValue], _ batch: WireEventBatch, _ mark: StreamMark?
    ) throws -> Set<[UInt8]> {
        guard !batch.events.isEmpty, mark?.through ?? 0 < Self.renumbered else { return [] }
        let others = try transaction.first(
            "SELECT 1 AS one FROM event_streams WHERE device_uid = $1 AND epoch <> $2 AND stream = $3", key)
        guard others != nil else { return [] }
        let rows = try transaction.query(
            "SELECT event_id FROM events WHERE device_uid = $1 ORDER BY position DESC LIMIT $2",
            [key[0], .integer(Self.searched)])
        return Set(try rows.map { try $0.blob("event_id") })
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
