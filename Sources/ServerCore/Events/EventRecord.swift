package import DesiredState
package import DeviceProtocol
import ServerStore

/// An event as operators see it.
package struct EventRecord: Sendable, Equatable {
    /// Order of receipt.
    package var position: Int64
    package var device: DeviceUID
    package var hostname: String
    package var epoch: Identifier
    package var stream: Int64
    package var number: Int64
    package var id: Identifier
    package var application: String
    package var instance: String
    package var severity: EventSeverity
    package var type: String
    package var text: String
    package var data: JSONValue
    package var deviceTime: Int64
    package var correctedTime: Int64
    package var receivedAt: Int64

    static let columns = """
        events.*, COALESCE((SELECT hostname FROM devices WHERE devices.uid = events.device_uid), '') AS hostname
        """

    init(row: SQLRow) throws {
        guard let device = DeviceUID(try row.blob("device_uid")), let epoch = Identifier(try row.blob("epoch")),
            let id = Identifier(try row.blob("event_id")),
            let severity = EventSeverity(rawValue: try row.integer("severity"))
        else { throw StoreError(.damaged, "an event's ids or severity are not readable") }
        self.device = device
        self.epoch = epoch
        self.id = id
        self.severity = severity
        position = try row.integer("position")
        hostname = try row.text("hostname")
        stream = try row.integer("stream")
        number = try row.integer("number")
        application = try row.text("application")
        instance = try row.text("instance")
        type = try row.text("type")
        text = try row.text("body")
        data = try JSONValue(parsing: row.text("data"))
        deviceTime = try row.integer("device_time")
        correctedTime = try row.integer("corrected_time")
        receivedAt = try row.integer("received_at")
    }
}
