import DesiredState
import DeviceProtocol
import ServerStore

extension DeviceRecord {
    init(row: SQLRow) throws {
        guard let uid = DeviceUID(try row.blob("uid")) else {
            throw StoreError(.damaged, "a device's uid is not 16 bytes")
        }
        self.uid = uid
        hostname = try row.text("hostname")
        group = try row.text("group_name")
        placement = DevicePlacement(rawValue: try row.text("placement")) ?? .enrollment
        placementReason = try row.text("placement_reason")
        standing = DeviceStanding(rawValue: try row.text("standing")) ?? .revoked
        labels = try Labels.read(row.text("labels"))
        layer = DeviceIntents.Layer(
            syncInterval: try row.optionalInteger("sync_interval"),
            keepConnection: try row.optionalFlag("keep_connection"),
            priority: try row.optionalInteger("keep_priority").map(Int.init(clamping:)))
        maintenanceWindows = try MaintenanceWindow.stored(row)
        revision = try row.integer("revision")
        enrolledAt = try row.integer("enrolled_at")
        address = try row.optionalText("address")
        udpPort = try row.integer("udp_port")
        description = try JSONValue(parsing: row.text("description"))
        isStranger = try row.flag("stranger")
        instanceUID = try row.optionalBlob("instance_uid")
        contact = try Contact(row: row)
        healthy = try row.optionalFlag("healthy")
        healthError = try row.optionalText("health_error")
        effectiveConfig = try row.optionalText("effective_config").map {
            try JSONValue(parsing: $0.utf8, maximumBytes: StateWriter.largestConfig)
        }
        documentHash = try row.optionalBlob("document_hash")
        reportedHash = try row.optionalBlob("reported_hash")
        reportedStatus = try row.optionalText("reported_status")
        reportedError = try row.optionalText("reported_error")
        wakeAt = try row.optionalInteger("wake_at")
        wakeReport = try row.optionalText("wake_report")
        certificateSerial = try row.optionalText("certificate_serial")
        certificateNotAfter = try row.optionalInteger("certificate_not_after")
        inventoryAt = try row.optionalInteger("inventory_at")
        hold = try DeviceHold(row: row)
        restoredAt = try row.optionalInteger("restored_at")
        connectionStatus = try row.optionalText("connection_status")
        connectionError = try row.optionalText("connection_error")
    }
}

extension DeviceRecord.Contact {
    init(row: SQLRow) throws {
        mode = try row.text("mode")
        lastSeen = try row.optionalInteger("last_seen_at")
        lastSeenReason = try row.optionalText("last_seen_reason")
        nextSync = try row.optionalInteger("next_sync_at")
        connectedSince = try row.optionalInteger("connected_since")
        node = try row.optionalText("connected_node")
        disconnectedAt = try row.optionalInteger("disconnected_at")
        disconnectReason = try row.optionalText("disconnect_reason")
        offAt = try row.optionalInteger("off_at")
        offReason = try row.optionalText("off_reason")
        refusedReason = try row.optionalText("refused_reason")
        refusedUntil = try row.optionalInteger("refused_until")
    }
}
