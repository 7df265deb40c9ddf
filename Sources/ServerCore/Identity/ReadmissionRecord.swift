package import DeviceProtocol
import ServerStore

/// A device that waits to be readmitted.
package struct ReadmissionRecord: Sendable, Equatable {
    package var device: DeviceUID
    package var serial: String
    package var notBefore: Int64
    package var notAfter: Int64
    package var address: String
    package var reason: ReadmissionReason
    package var firstAt: Int64
    package var lastAt: Int64

    init(row: SQLRow) throws {
        guard let device = DeviceUID(try row.blob("device_uid")) else {
            throw StoreError(.damaged, "readmissions.device_uid does not hold 16 bytes")
        }
        self.device = device
        serial = try row.text("serial")
        notBefore = try row.integer("not_before")
        notAfter = try row.integer("not_after")
        address = try row.text("address")
        reason = ReadmissionReason(rawValue: try row.text("reason")) ?? .unknownDevice
        firstAt = try row.integer("first_at")
        lastAt = try row.integer("last_at")
    }
}
