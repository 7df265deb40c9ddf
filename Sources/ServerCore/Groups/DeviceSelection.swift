import DeviceProtocol
import ServerStore

/// Devices by group and labels.
enum DeviceSelection {
    /// Those in the group or below it that have all the labels. `activeAgents`: of ours, and not waiting or revoked.
    static func devices(
        below group: String, labels: [String: String], activeAgents: Bool = false, in reader: any SQLReader
    ) throws -> Set<DeviceUID> {
        let condition = activeAgents ? " AND standing = 'active' AND stranger = 0" : ""
        let rows = try GroupRecord.subtree(of: group, in: reader).flatMap {
            try reader.query("SELECT uid, labels FROM devices WHERE group_name = $1\(condition)", [.text($0)])
        }
        return Set(
            try rows.compactMap { row in
                guard !labels.isEmpty else { return DeviceUID(try row.blob("uid")) }
                let own = try Labels.read(row.text("labels"))
                return labels.allSatisfy { own[$0.key] == $0.value } ? DeviceUID(try row.blob("uid")) : nil
            })
    }
}
