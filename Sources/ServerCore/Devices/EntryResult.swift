import DeviceProtocol
import ServerStore

/// What became of one entry of a device's document, as the device reported it.
package struct EntryResult: Sendable, Equatable {
    package var entry: String
    package var hash: [UInt8]
    package var status: String
    package var reason: String
    package var reportedAt: Int64

    static func all(of device: DeviceUID, in reader: any SQLReader) throws -> [EntryResult] {
        try reader.query("SELECT * FROM entry_results WHERE device_uid = $1 ORDER BY entry", [.blob(device.bytes)])
            .map(EntryResult.init(row:))
    }
}

extension EntryResult {
    /// From a row of `entry_results`.
    init(row: SQLRow) throws {
        self.init(
            entry: try row.text("entry"), hash: try row.blob("hash"), status: try row.text("status"),
            reason: try row.text("reason"), reportedAt: try row.integer("reported_at"))
    }
}
