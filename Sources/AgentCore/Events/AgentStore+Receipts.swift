package import DeviceProtocol
import FoundationEssentials

extension AgentStore {
    /// Forgets what the server has stored. Receipts of another epoch than the stream's are stale and change nothing.
    package func take(_ receipts: [WireStreamReceipt], now: Int64) throws {
        guard !receipts.isEmpty else { return }
        let before = spool
        do {
            try database.transaction { for receipt in receipts { try take(receipt, now: now) } }
        } catch {
            spool = before
            throw error
        }
    }

    private func take(_ receipt: WireStreamReceipt, now: Int64) throws {
        guard [.urgent, .normal].contains(receipt.stream) else { return }
        let position = try position(of: receipt.stream, now: now)
        guard Array(receipt.epoch) == position.epoch else { return }
        let stream = SQLiteValue.integer(Int64(receipt.stream.rawValue))
        for refused in receipt.refused {
            try forget("number = ?2", [stream, .integer(Int64(clamping: refused.number))])
        }
        let through = min(Int64(clamping: receipt.storedThrough), position.lastNumber)
        if through > position.receiptNumber, try agrees(receipt, stream, through) {
            try forget("number <= ?2", [stream, .integer(through)])
            try database.run(
                "UPDATE stream SET receipt_number = ?2, receipt_digest = ?3 WHERE stream = ?1",
                [stream, .integer(through), .blob(Array(receipt.digest))])
        }
        if receipt.newEpoch { try renumber(receipt.stream, lost: position.receiptNumber - through, now: now) }
        try prove(receipt.stream)
    }

    /// A receipt that speaks of another event than ours under this number acknowledges nothing. Without the event, it was
    /// dropped since it was sent.
    private func agrees(_ receipt: WireStreamReceipt, _ stream: SQLiteValue, _ number: Int64) throws -> Bool {
        var agrees = true
        try database.rows("SELECT digest FROM event WHERE stream = ?1 AND number = ?2", [stream, .integer(number)]) {
            agrees = $0.blob(0) == Array(receipt.digest)
        }
        return agrees
    }

    /// The server holds another history of the stream: what is left gets numbers from 1 under a new epoch.
    ///
    /// `lost` is how many numbers the server once acknowledged and holds no longer; they are told, unless the
    /// server only knows the stream from a device that was restored or copied.
    private func renumber(_ name: WireEventStream, lost: Int64, now: Int64) throws {
        let stream = SQLiteValue.integer(Int64(name.rawValue))
        var waiting: [(number: Int64, id: [UInt8])] = []
        try database.rows("SELECT number, id FROM event WHERE stream = ?1 ORDER BY number", [stream]) {
            waiting.append(($0.integer(0), $0.blob(1)))
        }
        var chain = EventChain()
        for (index, event) in waiting.enumerated() {
            let number = Int64(index + 1)
            // Numbers only fall, in their order, so that none is taken twice.
            try database.run(
                "UPDATE event SET number = ?3, digest = ?4 WHERE stream = ?1 AND number = ?2",
                [
                    stream, .integer(event.number), .integer(number),
                    .blob(chain.append(number: UInt64(number), id: event.id)),
                ])
        }
        try database.run(
            """
            UPDATE stream SET epoch = ?2, last_number = ?3, last_digest = ?4, receipt_number = 0, receipt_digest = x''
            WHERE stream = ?1
            """,
            [
                stream, .blob(environment.identifier(now).bytes), .integer(Int64(waiting.count)), .blob(chain.digest),
            ])
        if lost > 0, try isUnproven(name) { try tellLoss(of: lost, in: name, now: now) }
    }

    private func tellLoss(of count: Int64, in stream: WireEventStream, now: Int64) throws {
        let name = stream == .urgent ? "urgent" : "normal"
        let event = SpooledEvent(
            id: environment.identifier(now).bytes, application: AgentEvent.application, severity: 2,
            type: AgentEvent.eventsLost,
            text: "the server was restored from a backup: up to \(count) \(name) events that it had stored are lost",
            data: Array("{\"stream\":\"\(name)\",\"most\":\(count)}".utf8), time: now)
        try store([event], now: now)
    }

    private func forget(_ condition: String, _ parameters: [SQLiteValue]) throws {
        var bytes: Int64 = 0
        var count: Int64 = 0
        try database.rows(
            "SELECT count(*), coalesce(sum(bytes), 0) FROM event WHERE stream = ?1 AND \(condition)", parameters
        ) {
            count = $0.integer(0)
            bytes = $0.integer(1)
        }
        try database.run("DELETE FROM event WHERE stream = ?1 AND \(condition)", parameters)
        spool.events -= count
        spool.bytes -= bytes
    }

    // MARK: The server's store was restored

    /// Takes the server's store epoch. When it is another than before, the server's store was restored from a backup:
    /// what it was told since is told again. Returns whether it is.
    package func take(storeEpoch epoch: [UInt8]) throws -> Bool {
        let known = try storeEpoch()
        guard known != epoch else { return false }
        try database.transaction {
            try set(.storeEpoch, .blob(epoch))
            guard !known.isEmpty else { return }
            try set(.acknowledgedDigest, .blob([]))
            try database.run("DELETE FROM fact WHERE key = ?1", [.text(Fact.inventoryList.rawValue)])
            try database.run("UPDATE run SET acknowledged = 0")
            try database.run("UPDATE stream SET unproven = 1 WHERE receipt_number > 0")
        }
        return !known.isEmpty
    }

    /// Whether the server may have lost what it receipted of the stream.
    func isUnproven(_ stream: WireEventStream) throws -> Bool {
        try database.value("SELECT unproven FROM stream WHERE stream = ?1", [.integer(Int64(stream.rawValue))]) == 1
    }

    package func hasUnprovenStreams() throws -> Bool {
        try database.value("SELECT count(*) FROM stream WHERE unproven = 1") ?? 0 > 0
    }

    private func prove(_ stream: WireEventStream) throws {
        guard try isUnproven(stream) else { return }
        try database.run("UPDATE stream SET unproven = 0 WHERE stream = ?1", [.integer(Int64(stream.rawValue))])
    }
}
