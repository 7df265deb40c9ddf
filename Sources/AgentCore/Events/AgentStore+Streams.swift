package import DeviceProtocol
import FoundationEssentials
import SwiftProtobuf

extension AgentStore {
    struct StreamPosition {
        var epoch: [UInt8]
        var lastNumber: Int64
        var lastDigest: [UInt8]
        var receiptNumber: Int64
        var receiptDigest: [UInt8]
    }

    /// Where a stream stands; begins a new epoch the first time.
    func position(of stream: WireEventStream, now: Int64) throws -> StreamPosition {
        var found: StreamPosition?
        try database.rows(
            "SELECT epoch, last_number, last_digest, receipt_number, receipt_digest FROM stream WHERE stream = ?1",
            [.integer(Int64(stream.rawValue))]
        ) {
            found = StreamPosition(
                epoch: $0.blob(0), lastNumber: $0.integer(1), lastDigest: $0.blob(2), receiptNumber: $0.integer(3),
                receiptDigest: $0.blob(4))
        }
        if let found { return found }
        let epoch = environment.identifier(now).bytes
        try database.run(
            "INSERT INTO stream VALUES (?1, ?2, 0, x'', 0, x'', 0)", [.integer(Int64(stream.rawValue)), .blob(epoch)])
        return StreamPosition(epoch: epoch, lastNumber: 0, lastDigest: [], receiptNumber: 0, receiptDigest: [])
    }

    /// The next events of both streams, urgent first, together at most `bytes` (one event at least when there is one).
    /// A stream whose receipts the server may have lost gets a batch even without events.
    package func nextBatches(bytes: Int, now: Int64) throws -> [WireEventBatch] {
        var batches: [WireEventBatch] = []
        var room = bytes
        for stream in [WireEventStream.urgent, .normal] where room > 0 {
            let events = try nextEvents(of: stream, room: &room, first: batches.isEmpty)
            guard try !events.isEmpty || isUnproven(stream) else { continue }
            let position = try position(of: stream, now: now)
            batches.append(
                WireEventBatch.with {
                    $0.stream = stream
                    $0.epoch = Data(position.epoch)
                    $0.baseNumber = UInt64(position.receiptNumber)
                    $0.baseDigest = Data(position.receiptDigest)
                    $0.events = events
                })
        }
        return batches
    }

    private func nextEvents(of stream: WireEventStream, room: inout Int, first: Bool) throws -> [WireEvent] {
        var events: [WireEvent] = []
        var left = room
        // More rows than any batch holds are never read: an event weighs at least 64 bytes.
        try database.rows(
            """
            SELECT number, digest, id, severity, time, application, instance, type, text, data, bytes FROM event
            WHERE stream = ?1 ORDER BY number LIMIT ?2
            """, [.integer(Int64(stream.rawValue)), .integer(Int64(max(1, room / 64)))]
        ) { row in
            let weight = Int(row.integer(10))
            guard left > 0, weight <= left || (first && events.isEmpty) else {
                left = 0
                return
            }
            left -= weight
            events.append(Self.event(from: row))
        }
        room = left
        return events
    }

    private static func event(from row: SQLiteRow) -> WireEvent {
        WireEvent.with {
            $0.number = UInt64(row.integer(0))
            $0.digest = Data(row.blob(1))
            $0.id = Data(row.blob(2))
            $0.severity = WireSeverity(rawValue: Int(row.integer(3))) ?? .info
            $0.deviceTime = row.integer(4)
            $0.application = row.text(5)
            $0.instance = row.text(6)
            $0.type = row.text(7)
            $0.text = row.text(8)
            $0.data = Data(row.blob(9))
        }
    }

    package func spoolDepth() -> (events: Int64, bytes: Int64) { (spool.events, spool.bytes) }
}
