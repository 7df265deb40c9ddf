package import DesiredState
package import DeviceProtocol
import Manifests
package import ServerStore

/// A device as operators see it.
package struct DeviceRecord: Sendable, Equatable {
    package var uid: DeviceUID
    package var hostname: String
    package var group: String
    /// Who put it there, and for a rule, what of the device met it.
    package var placement: DevicePlacement
    package var placementReason: String
    package var standing: DeviceStanding
    package var labels: [String: String]
    package var layer: DeviceIntents.Layer
    /// Its own; nil for those of its group.
    package var maintenanceWindows: [MaintenanceWindow]?
    package var revision: Int64
    package var enrolledAt: Int64
    package var address: String?
    package var udpPort: Int64
    package var description: JSONValue
    /// It speaks OpAMP and is not Martlet's agent; then its own id.
    package var isStranger: Bool
    package var instanceUID: [UInt8]?
    package var contact: Contact
    package var healthy: Bool?
    package var healthError: String?
    package var effectiveConfig: JSONValue?
    package var documentHash: [UInt8]?
    package var reportedHash: [UInt8]?
    package var reportedStatus: String?
    package var reportedError: String?
    package var wakeAt: Int64?
    package var wakeReport: String?
    package var certificateSerial: String?
    package var certificateNotAfter: Int64?
    package var inventoryAt: Int64?
    package var hold: DeviceHold?
    /// When the device was last found to have been restored from a snapshot.
    package var restoredAt: Int64?
    /// What became of the last address that it was offered.
    package var connectionStatus: String?
    package var connectionError: String?

    /// When and how it was heard of.
    package struct Contact: Sendable, Equatable {
        package var mode: String
        package var lastSeen: Int64?
        package var lastSeenReason: String?
        package var nextSync: Int64?
        package var connectedSince: Int64?
        package var node: String?
        package var disconnectedAt: Int64?
        package var disconnectReason: String?
        package var offAt: Int64?
        package var offReason: String?
        package var refusedReason: String?
        package var refusedUntil: Int64?
    }

    /// Throws `notFound`.
    package static func read(_ uid: DeviceUID, in reader: any SQLReader) throws -> DeviceRecord {
        guard let row = try reader.first("SELECT * FROM devices WHERE uid = $1", [.blob(uid.bytes)]) else {
            throw CoreError(.notFound, "no device \(uid)")
        }
        return try DeviceRecord(row: row)
    }

    /// Whether the device has said that it holds what is declared for it. A stranger that was never given anything, and
    /// for which nothing is declared, has nothing to say.
    package var isInSync: Bool {
        guard let documentHash else { return false }
        let isUnasked = isStranger && reportedHash ?? [] == [] && documentHash == DeviceDocument.hashOfNothing
        return isUnasked || documentHash == reportedHash
    }

    /// What a Device manifest says.
    package var specJSON: JSONValue {
        var object: [String: JSONValue] = [:]
        if placement == .manual { object["group"] = .string(group) }
        object["syncInterval"] = layer.syncInterval.map { .string(ManifestDuration.text($0)) }
        object["keepConnection"] = layer.keepConnection.map { .bool($0) }
        object["priority"] = layer.priority.map { .integer(Int64($0)) }
        object["maintenanceWindows"] = maintenanceWindows.map { .array($0.map(\.spec)) }
        return .object(object)
    }
}
