import DesiredState
import DeviceProtocol
import Foundation
import ServerStore

/// Stores what devices report of task runs: forward only, a final state stays as it is, unless it is *lost*: whoever
/// knows better (a copy of the device, a disk that is put back) is believed.
struct RunWriter {
    let device: DeviceUID
    let now: Int64
    let transaction: any SQLTransaction

    private static let upsert = """
        INSERT INTO runs (run_id, device_uid, task_uid, task_name, application, task, parameters, run_trigger, state,
            percent, message, result, created_at, started_at, finished_at, updated_at, attempt, revision)
        VALUES ($1, $2, $3, $4, $5, $6, '{}', $7, $8, $9, $10, $11, $12, $13, $14, $12, $15, 1)
        ON CONFLICT (run_id) DO UPDATE SET state = excluded.state, percent = excluded.percent,
            message = excluded.message, result = excluded.result, started_at = excluded.started_at,
            finished_at = excluded.finished_at, updated_at = excluded.updated_at, annotation = NULL,
            revision = runs.revision + 1
        WHERE runs.device_uid = excluded.device_uid AND (runs.state < 3 AND runs.state <= excluded.state
            OR runs.state = 7 AND excluded.state > 2 AND excluded.state <> 7)
        """

    /// A run without a proper id or with a state that this version does not know is left out.
    func write(_ run: WireTaskRun) throws {
        guard let id = Identifier(run.runID), let state = RunState(run.state) else { return }
        try transaction.execute(
            Self.upsert,
            [
                .blob(id.bytes), .blob(device.bytes), run.taskUid.isEmpty ? .null : .blob(Array(run.taskUid)),
                .text(run.taskName), .text(run.application), .text(run.task),
                .text(Self.name(of: run.trigger)), .integer(state.rawValue),
                .integer(Int64(min(run.percent, 100))), .text(run.message), .text(Self.result(run)), .integer(now),
                .integer(run.started == 0 ? nil : run.started), .integer(run.finished == 0 ? nil : run.finished),
                .integer(Int64(max(run.attempt, 1))),
            ])
    }

    private static func name(of trigger: WireRunTrigger) -> String {
        switch trigger {
        case .schedule: "schedule"
        case .event: "event"
        case .task: "task"
        case .start: "start"
        default: "operator"
        }
    }

    /// JSON stays JSON; anything else becomes a JSON string.
    private static func result(_ run: WireTaskRun) -> String {
        guard !run.result.isEmpty else { return "{}" }
        let value = (try? JSONValue(parsing: run.result)) ?? .string(String(decoding: run.result, as: UTF8.self))
        return CanonicalJSON.text(value)
    }
}
