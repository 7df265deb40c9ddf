package import DesiredState
import DeviceProtocol
import ServerStore

/// The state of one application, or of one instance of it, as its device last reported it.
package struct ApplicationState: Sendable, Equatable {
    package var application: String
    /// Empty for the application itself.
    package var instance: String
    package var healthy: Bool
    package var status: String
    package var lastError: String
    package var attributes: JSONValue
    package var startedAt: Int64?
    package var statusAt: Int64?
    package var reportedAt: Int64

    static func all(of device: DeviceUID, in reader: any SQLReader) throws -> [ApplicationState] {
        try reader.query(
            "SELECT * FROM application_states WHERE device_uid = $1 ORDER BY application, instance",
            [.blob(device.bytes)]
        ).map(ApplicationState.init(row:))
    }
}

extension ApplicationState {
    /// From a row of `application_states`.
    init(row: SQLRow) throws {
        self.init(
            application: try row.text("application"), instance: try row.text("instance"),
            healthy: try row.flag("healthy"), status: try row.text("status"), lastError: try row.text("last_error"),
            attributes: try JSONValue(parsing: row.text("attributes").utf8, maximumBytes: StateWriter.largestConfig),
            startedAt: try row.optionalInteger("started_at"), statusAt: try row.optionalInteger("status_at"),
            reportedAt: try row.integer("reported_at"))
    }
}
