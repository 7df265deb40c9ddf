package import DeviceProtocol
package import ServerStore

/// A task that an operator started on some devices at once, and how far their runs are. Counted from the runs themselves when
/// it is read, so that it is right at every moment.
package struct LaunchRecord: Sendable, Equatable {
    package var id: Identifier
    package var taskName: String
    package var operatorName: String
    package var createdAt: Int64
    /// Devices that it was for.
    package var devices: Int64
    /// Of them those whose run is not made yet.
    package var waiting: Int64
    /// Of them those that were deleted, revoked or moved away before their run was made.
    package var leftOut: Int64
    package var stoppedAt: Int64?
    package var runs: [RunState: Int64]

    package var isFinal: Bool { waiting == 0 && runs.allSatisfy { $0.key.isFinal || $0.value == 0 } }

    /// Another one whenever something of it is another: runs only move forward.
    package var revision: Int64 {
        runs.reduce(leftOut + (stoppedAt == nil ? 0 : 1)) { $0 + $1.key.rawValue * $1.value } + devices - waiting + 1
    }

    package static func find(_ id: Identifier, in reader: any SQLReader) throws -> LaunchRecord? {
        guard let row = try reader.first("SELECT * FROM launches WHERE launch_id = $1", [.blob(id.bytes)]) else {
            return nil
        }
        var runs: [RunState: Int64] = [:]
        for row in try reader.query(
            "SELECT state, count(*) AS held FROM runs WHERE launch_id = $1 GROUP BY state", [.blob(id.bytes)])
        {
            guard let state = RunState(rawValue: try row.integer("state")) else { continue }
            runs[state] = try row.integer("held")
        }
        return LaunchRecord(
            id: id, taskName: try row.text("task_name"), operatorName: try row.text("operator"),
            createdAt: try row.integer("created_at"), devices: try row.integer("devices"),
            waiting: Int64(try row.blob("waiting").count / DeviceUID.size), leftOut: try row.integer("left_out"),
            stoppedAt: try row.optionalInteger("stopped_at"), runs: runs)
    }
}
