package import DesiredState
package import DeviceProtocol
package import ServerStore

/// A task run as operators see it.
package struct RunRecord: Sendable, Equatable {
    package var id: RunID
    package var device: DeviceUID
    package var taskName: String
    package var application: String
    package var task: String
    package var parameters: JSONValue
    /// `operator`, `schedule`, `event`, `task` or `start`.
    package var trigger: String
    /// 1 for the first.
    package var attempt: Int64
    package var state: RunState
    package var percent: Int64
    package var message: String
    package var result: JSONValue
    /// Why a pending run has not begun, as far as the server knows.
    package var annotation: String?
    package var operatorName: String?
    /// The call that started it, where an operator did.
    package var launch: Identifier?
    package var createdAt: Int64
    package var startedAt: Int64?
    package var finishedAt: Int64?
    package var updatedAt: Int64
    package var revision: Int64

    package static func find(_ id: RunID, in reader: any SQLReader) throws -> RunRecord? {
        try reader.first("SELECT * FROM runs WHERE run_id = $1", [.blob(id.bytes)]).map(RunRecord.init(row:))
    }

    init(row: SQLRow) throws {
        guard let id = RunID(try row.blob("run_id")), let device = DeviceUID(try row.blob("device_uid")),
            let state = RunState(rawValue: try row.integer("state"))
        else { throw StoreError(.damaged, "a run's ids or state are not readable") }
        self.id = id
        self.device = device
        self.state = state
        taskName = try row.text("task_name")
        application = try row.text("application")
        task = try row.text("task")
        parameters = try JSONValue(parsing: row.text("parameters"))
        trigger = try row.text("run_trigger")
        attempt = try row.integer("attempt")
        percent = try row.integer("percent")
        message = try row.text("message")
        result = try JSONValue(parsing: row.text("result"))
        annotation = try row.optionalText("annotation")
        operatorName = try row.optionalText("operator")
        launch = try row.optionalBlob("launch_id").flatMap { Identifier($0) }
        createdAt = try row.integer("created_at")
        startedAt = try row.optionalInteger("started_at")
        finishedAt = try row.optionalInteger("finished_at")
        updatedAt = try row.integer("updated_at")
        revision = try row.integer("revision")
    }
}
