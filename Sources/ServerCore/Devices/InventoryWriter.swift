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
        // One that was deleted meanwhile leaves nothing.
        guard
            let row = try transaction.first(
                "SELECT inventory_hash FROM devices WHERE uid = $1", [.blob(device.bytes)])
        else { return false }
        let held = try row.optionalBlob("inventory_hash")
        if held == Array(inventory.hash) { return true }
        let lists = SoftwareListKeeper(device: device, transaction: transaction)
        let added = inventory.added.map(ListedSoftware.init)
        if inventory.baseHash.isEmpty {
            try lists.replace(by: added)
        } else {
            guard held == Array(inventory.baseHash) else { return false }
            try lists.change(removing: inventory.removed.map(ListedSoftware.init), adding: added)
        }
        try transaction.execute(
            "UPDATE devices SET inventory_hash = $2, inventory_at = $3 WHERE uid = $1",
            [.blob(device.bytes), .blob(Array(inventory.hash)), .integer(now)])
        return true
    }
}
