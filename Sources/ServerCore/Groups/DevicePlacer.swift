import DesiredState
import DeviceProtocol
import Manifests
import ServerStore

/// Brings devices to the groups whose rules they meet, inside one transaction. Those that an operator placed stay.
struct DevicePlacer {
    private let book: PlacementBook
    private let transaction: any SQLTransaction

    /// `without`: a group that is about to go.
    init(_ transaction: any SQLTransaction, without gone: String? = nil) throws {
        self.transaction = transaction
        let rows = try transaction.query("SELECT name, spec FROM groups WHERE placement_rules > 0")
        book = PlacementBook(
            try rows.compactMap { row in
                let name = try row.text("name")
                guard name != gone,
                    case .group(let spec) = try ManifestSpec(.group, json: JSONValue(parsing: row.text("spec")))
                else { return nil }
                let depth = try GroupRecord.chain(from: name, in: transaction).count
                return PlacementBook.Shelf(group: name, depth: depth, rules: spec.placement)
            })
    }

    private static let columns =
        "uid, hostname, group_name, home_group, labels, address, description, placement, placement_reason"

    /// Every device that may move; with `group`, those in it. Rules that are gone give their devices back.
    func placeAll(in group: String? = nil) throws -> [DeviceMove] {
        // Without rules, only those have to move that a rule had placed.
        let condition = book.isEmpty ? "placement = 'rule'" : "placement <> 'manual'"
        let rows = try transaction.query(
            "SELECT \(Self.columns) FROM devices WHERE \(condition)" + (group == nil ? "" : " AND group_name = $1")
                + " ORDER BY uid", group.map { [.text($0)] } ?? [])
        return try rows.compactMap(place)
    }

    /// After something of the device changed, or it was given back to the rules. At most one move.
    func place(_ device: DeviceUID) throws -> [DeviceMove] {
        let row = try transaction.first(
            "SELECT \(Self.columns) FROM devices WHERE uid = $1 AND placement <> 'manual'", [.blob(device.bytes)])
        return try row.flatMap(place).map { [$0] } ?? []
    }

    private func place(_ row: SQLRow) throws -> DeviceMove? {
        guard let uid = DeviceUID(try row.blob("uid")) else { return nil }
        let (hostname, current) = (try row.text("hostname"), try row.text("group_name"))
        let found = book.place(
            PlacementFacts(
                labels: try Labels.read(row.text("labels")), address: try row.optionalText("address"),
                hostname: hostname, description: try JSONValue(parsing: row.text("description"))))
        let group = try found?.group ?? row.optionalText("home_group") ?? current
        let placement = found == nil ? DevicePlacement.enrollment : .rule
        let reason = found?.reason ?? ""
        guard
            try group != current || placement.rawValue != row.text("placement")
                || reason != row.text("placement_reason")
        else { return nil }
        try transaction.execute(
            """
            UPDATE devices SET home_group = coalesce(home_group, group_name), group_name = $2, placement = $3,
                placement_reason = $4, revision = revision + $5, document_wanted = document_wanted + $5 WHERE uid = $1
            """,
            [
                .blob(uid.bytes), .text(group), .text(placement.rawValue), .text(reason),
                .integer(group == current ? 0 : 1),
            ])
        return group == current
            ? nil : DeviceMove(device: uid, hostname: hostname, from: current, to: group, reason: reason)
    }
}
