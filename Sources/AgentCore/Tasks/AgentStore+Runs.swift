package import DeviceProtocol

extension AgentStore {
    /// Takes a run; false when it is known already, so that an order or an instant that comes twice starts once.
    package func accept(_ run: JournaledRun) throws -> Bool {
        try database.run(
            """
            INSERT INTO run (run_id, task_uid, task_name, application, task, parameters, operator, phase, state, percent,
                message, result, accepted, started, finished, time_limit, revision, acknowledged, trigger, attempt,
                not_before)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, 0, ?18, ?19, ?20)
            ON CONFLICT DO NOTHING
            """,
            [
                .blob(run.runID.bytes), .blob(run.taskUID), .text(run.taskName), .text(run.application),
                .text(run.task), .blob(run.parameters), .integer(run.startedByOperator ? 1 : 0),
            ] + changing(run) + [
                .integer(Int64(run.trigger.rawValue)), .integer(Int64(run.attempt)), .integer(run.notBefore),
            ])
        return database.changes == 1
    }

    /// Takes an operator's run and answers its order, together. False when the run is known already.
    func accept(_ run: JournaledRun, answering answer: OrderAnswer, now: Int64) throws -> Bool {
        try database.transaction {
            try self.answer(answer, now: now)
            return try accept(run)
        }
    }

    /// Takes a run of which the server knows and this journal does not, as lost: it will be reported as that and never
    /// start. False when it is known.
    package func noteLost(_ id: RunID, now: Int64) throws -> Bool {
        var run = JournaledRun(
            runID: id, taskUID: [], taskName: "", application: "", task: "", parameters: [], trigger: .operator,
            timeLimit: 0, now: now)
        run.phase = .ended
        run.state = .lost
        run.message = "the device does not know this run: its disk, or the server's store, was set back"
        run.finished = now
        return try accept(run)
    }

    /// Writes a run's end and takes the runs that follow from it, together: no crash comes in between. Returns those that
    /// were not known.
    func end(_ run: JournaledRun, followedBy runs: [JournaledRun]) throws -> [JournaledRun] {
        try database.transaction {
            try update(run)
            return try runs.filter { try accept($0) }
        }
    }

    package func update(_ run: JournaledRun) throws {
        try database.run(
            """
            UPDATE run SET phase = ?2, state = ?3, percent = ?4, message = ?5, result = ?6, accepted = ?7,
                started = ?8, finished = ?9, time_limit = ?10, revision = ?11 WHERE run_id = ?1
            """, [.blob(run.runID.bytes)] + changing(run))
    }

    private func changing(_ run: JournaledRun) -> [SQLiteValue] {
        [
            .integer(Int64(run.phase.rawValue)), .integer(Int64(run.state.rawValue)), .integer(Int64(run.percent)),
            .text(run.message), .blob(run.result), .integer(run.accepted), .integer(run.started),
            .integer(run.finished), .integer(run.timeLimit), .integer(run.revision),
        ]
    }

    package func unfinishedRuns() throws -> [JournaledRun] { try runs("phase < 3") }

    /// Runs with something that the server does not have yet.
    package func unreportedRuns(limit: Int64 = 100) throws -> [JournaledRun] {
        try runs("revision > acknowledged ORDER BY accepted LIMIT \(limit)")
    }

    func acknowledge(run: RunID, revision: Int64) throws {
        try database.run(
            "UPDATE run SET acknowledged = max(acknowledged, ?2) WHERE run_id = ?1",
            [.blob(run.bytes), .integer(revision)])
    }

    /// Forgets ended and reported runs that are older than `time`. They are kept for a while so that a repeated
    /// order does not start anew.
    package func forgetRuns(endedBefore time: Int64) throws {
        try database.run(
            "DELETE FROM run WHERE phase = 3 AND acknowledged >= revision AND finished < ?1", [.integer(time)])
    }

    private func runs(_ condition: String) throws -> [JournaledRun] {
        var runs: [JournaledRun] = []
        try database.rows(
            """
            SELECT run_id, task_uid, task_name, application, task, parameters, operator, phase, state, percent, message,
                result, accepted, started, finished, time_limit, revision, trigger, attempt, not_before FROM run WHERE \(condition)
            """
        ) { if let run = Self.run(from: $0) { runs.append(run) } }
        return runs
    }

    private static func run(from row: SQLiteRow) -> JournaledRun? {
        guard let id = RunID(row.blob(0)), let phase = JournaledRun.Phase(rawValue: Int(row.integer(7))) else {
            return nil
        }
        var run = JournaledRun(
            runID: id, taskUID: row.blob(1), taskName: row.text(2), application: row.text(3), task: row.text(4),
            parameters: row.blob(5), trigger: WireRunTrigger(rawValue: Int(row.integer(17))) ?? .schedule,
            timeLimit: row.integer(15),
            now: row.integer(12))
        run.phase = phase
        run.state = WireRunState(rawValue: Int(row.integer(8))) ?? .unspecified
        run.percent = Int(row.integer(9))
        run.message = row.text(10)
        run.result = row.blob(11)
        run.started = row.integer(13)
        run.finished = row.integer(14)
        run.revision = row.integer(16)
        run.attempt = Int(row.integer(18))
        run.notBefore = row.integer(19)
        return run
    }
}
