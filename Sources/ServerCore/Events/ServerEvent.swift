import DesiredState
import DeviceProtocol
import ServerStore

/// An event about a device that the server itself raises.
struct ServerEvent: Sendable {
    /// Its events have this application.
    static let application = "martlet.server"

    var device: [UInt8]
    var severity: EventSeverity
    var type: String
    var text: String
    var data: JSONValue

    /// `epoch` is the store's. Every device is told it, so the stream, too, has to be one of the server's own.
    func store(epoch: Identifier, now: Int64, in transaction: any SQLTransaction) throws {
        let number =
            try transaction.first(
                "SELECT max(number) AS number FROM events WHERE device_uid = $1 AND epoch = $2 AND stream = $3",
                [.blob(device), .blob(epoch.bytes), .integer(Self.stream)])?.optionalInteger("number") ?? 0
        try transaction.execute(
            """
            INSERT INTO events (device_uid, epoch, stream, number, digest, event_id, application, instance, severity,
                type, body, data, device_time, corrected_time, received_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, '', $8, $9, $10, $11, $12, $12, $12)
            """,
            [
                .blob(device), .blob(epoch.bytes), .integer(Self.stream), .integer(number + 1), .blob([]),
                .blob(Identifier.make(now: now).bytes), .text(Self.application), .integer(severity.rawValue),
                .text(type), .text(text), .text(CanonicalJSON.text(data)), .integer(now),
            ])
    }

    /// The one in which no device can write: a batch that names it is refused.
    static let stream = Int64(WireEventStream.unspecified.rawValue)
}
