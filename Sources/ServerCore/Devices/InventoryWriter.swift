import DeviceProtocol
import ServerStore

/// Keeps the list of a device's software by its hash.
struct InventoryWriter {
    let device: DeviceUID
    let now: Int64
    let transaction: any SQLTransaction

    /// Returns false, and changes nothing, when the change starts from a list that the server does not hold.
    func write(_ inventory: WireInventory) throws -> Bool {
        guard inventory.added.count + inventory.removed.count <= DeviceLimits.inventoryItems else {
            throw CoreError(
                .invalid, "an inventory message of more than \(DeviceLimits.inventoryItems) items")
        }
        let held = try transaction.first("SELECT inventory_hash FROM devices WHERE uid = $1", [.blob(device.bytes)])?
            .optionalBlob("inventory_hash")
        if held == Array(inventory.hash) { return true }
        if inventory.baseHash.isEmpty {
            try transaction.execute("DELETE FROM software WHERE device_uid = $1", [.blob(device.bytes)])
        } else {
            guard held == Array(inventory.baseHash) else { return false }
        }
        try transaction.executeBatch(
            """
            DELETE FROM software
            WHERE device_uid = $1 AND name = $2 AND version = $3 AND architecture = $4 AND source = $5
            """, inventory.removed.map(row))
        try transaction.executeBatch(
            """
            INSERT INTO software (device_uid, name, version, architecture, source) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT DO NOTHING
            """, inventory.added.map(row))
        try transaction.execute(
            "UPDATE devices SET inventory_hash = $2, inventory_at = $3 WHERE uid = $1",
            [.blob(device.bytes), .blob(Array(inventory.hash)), .integer(now)])
        return true
    }

    private func row(_ item: WireSoftware) -> [SQLValue] {
        [.blob(device.bytes), .text(item.name), .text(item.version), .text(item.architecture), .text(item.source)]
    }
}
