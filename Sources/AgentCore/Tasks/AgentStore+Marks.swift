extension AgentStore {
    /// Up to which instant each task was looked after, by uid.
    func scheduleMarks() throws -> [[UInt8]: Int64] {
        var marks: [[UInt8]: Int64] = [:]
        try database.rows("SELECT task_uid, instant FROM schedule_mark") { marks[$0.blob(0)] = $0.integer(1) }
        return marks
    }

    func mark(task: [UInt8], instant: Int64) throws {
        try database.run(
            """
            INSERT INTO schedule_mark (task_uid, instant) VALUES (?1, ?2)
            ON CONFLICT (task_uid) DO UPDATE SET instant = excluded.instant
            """, [.blob(task), .integer(instant)])
    }

    func forgetMark(of task: [UInt8]) throws {
        try database.run("DELETE FROM schedule_mark WHERE task_uid = ?1", [.blob(task)])
    }
}
