import DesiredState
import ServerStore

/// How far the devices of every group are with every entry, of the whole fleet in one look; objects are counted in it.
struct DeploymentTally {
    private struct Place: Hashable {
        var group: String
        /// Canonical JSON; empty where labels do not matter.
        var labels: String
    }

    private var devices: [Place: Int64] = [:]
    private var counts: [Place: [String: DeploymentCounts]] = [:]

    /// Of these entries. With labels, devices of one group are told apart by them.
    init(entries: Set<String>, byLabels: Bool, in reader: any SQLReader) throws {
        let labels = byLabels ? "d.labels" : "''"
        for row in try reader.query(
            """
            SELECT d.group_name, \(labels) AS label_text, count(*) AS devices FROM devices d
            WHERE \(DeploymentTarget.concerned) GROUP BY d.group_name, label_text
            """)
        { devices[try Self.place(row)] = try row.integer("devices") }
        guard !entries.isEmpty else { return }
        var filter = Filter()
        filter.any("e.entry", of: entries.sorted().map { .text($0) })
        let rows = try reader.query(
            """
            SELECT d.group_name, \(labels) AS label_text, e.entry, \(DeploymentTarget.state) AS state, count(*) AS devices
            FROM devices d JOIN document_entries e ON e.document_hash = d.document_hash\(filter.sql)
                AND \(DeploymentTarget.concerned)
            GROUP BY d.group_name, label_text, e.entry, state
            """, filter.arguments)
        for row in rows {
            let (place, entry) = (try Self.place(row), try row.text("entry"))
            var count = counts[place]?[entry] ?? DeploymentCounts()
            switch DeploymentState(rawValue: try row.text("state")) {
            case .applied: count.applied = try row.integer("devices")
            case .failed: count.failed = try row.integer("devices")
            default: continue
            }
            counts[place, default: [:]][entry] = count
        }
    }

    private static func place(_ row: SQLRow) throws -> Place {
        Place(group: try row.text("group_name"), labels: try row.text("label_text"))
    }

    /// Whoever is neither applied nor failed is pending, a device without any document too.
    func count(_ entry: String, in groups: [String], labels: [String: String]) -> DeploymentCounts {
        let groups = Set(groups)
        var sum = DeploymentCounts()
        for (place, number) in devices where groups.contains(place.group) && Self.holds(labels, place) {
            var here = counts[place]?[entry] ?? DeploymentCounts()
            here.pending = number - here.applied - here.failed
            sum += here
        }
        return sum
    }

    private static func holds(_ wanted: [String: String], _ place: Place) -> Bool {
        guard !wanted.isEmpty else { return true }
        let own = (try? Labels.read(place.labels)) ?? [:]
        return wanted.allSatisfy { own[$0.key] == $0.value }
    }
}
