import DeviceProtocol
import ServerStore

/// Devices by group and labels.
enum DeviceSelection {
    /// Those in the group or below it that have all the labels. `activeAgents`: of ours, and not waiting or revoked. `among`: only
    /// these are looked at, which for a few spares a read of the whole fleet.
    static func devices(
        below group: String, labels: [String: String], activeAgents: Bool = false, among few: [DeviceUID]? = nil,
        in reader: any SQLReader
    ) throws -> Set<DeviceUID> {
        let condition = activeAgents ? " AND standing = 'active' AND stranger = 0" : ""
        let groups = Set(try GroupRecord.subtree(of: group, in: reader))
        let rows: [SQLRow]
        if let few {
            rows = try few.compactMap {
                try reader.first(
                    "SELECT uid, labels, group_name FROM devices WHERE uid = $1\(condition)", [.blob($0.bytes)])
            }.filter { groups.contains(try $0.text("group_name")) }
        } else {
            rows = try groups.flatMap {
                try reader.query("SELECT uid, labels FROM devices WHERE group_name = $1\(condition)", [.text($0)])
            }
        }
        return Set(
            try rows.compactMap { row in
                guard !labels.isEmpty else { return DeviceUID(try row.blob("uid")) }
                let own = try Labels.read(row.text("labels"))
                return labels.allSatisfy { own[$0.key] == $0.value } ? DeviceUID(try row.blob("uid")) : nil
            })
    }
}
