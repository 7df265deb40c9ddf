import DeviceProtocol

extension AgentStore {
    /// The answer given to this order before, if any; it will be sent again.
    package func repeatAnswer(to id: [UInt8]) throws -> Bool {
        try database.run("UPDATE order_reply SET acknowledged = 0 WHERE id = ?1", [.blob(id)])
        return database.changes == 1
    }

    package func answer(_ answer: OrderAnswer, now: Int64) throws {
        try database.run(
            """
            INSERT INTO order_reply VALUES (?1, ?2, ?3, 0, ?4) ON CONFLICT (id) DO UPDATE SET
                status = excluded.status, message = excluded.message, acknowledged = 0
            """, [.blob(answer.id), .integer(Int64(answer.status.rawValue)), .text(answer.message), .integer(now)])
    }

    package func unreportedAnswers() throws -> [OrderAnswer] {
        var answers: [OrderAnswer] = []
        try database.rows("SELECT id, status, message FROM order_reply WHERE acknowledged = 0 ORDER BY time LIMIT 100")
        {
            answers.append(
                OrderAnswer(
                    id: $0.blob(0), status: WireOrderStatus(rawValue: Int($0.integer(1))) ?? .failed,
                    message: $0.text(2)))
        }
        return answers
    }

    func acknowledge(answers ids: [[UInt8]]) throws {
        for id in ids { try database.run("UPDATE order_reply SET acknowledged = 1 WHERE id = ?1", [.blob(id)]) }
    }

    package func forgetAnswers(before time: Int64) throws {
        try database.run("DELETE FROM order_reply WHERE acknowledged = 1 AND time < ?1", [.integer(time)])
    }
}
