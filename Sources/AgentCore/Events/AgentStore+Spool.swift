import DeviceProtocol
import Failpoints

extension AgentStore {
    /// Gives each event the next number of its stream and commits all of them in one transaction.
    ///
    /// `plugin` is nil for the agent's own events, whose ids are not remembered. Overflow drops the oldest of the least
    /// severe and appends a loss event that counts them.
    package func append(_ events: [SpooledEvent], from plugin: String?, now: Int64) throws -> [SpoolAdmission] {
        let before = spool
        do {
            return try database.transaction {
                let admissions = try events.map { try admit($0, from: plugin) }
                try store(zip(events, admissions).filter { $0.1 == .stored }.map(\.0), now: now)
                if let plugin { try forgetOldIDs(of: plugin) }
                try makeRoom(now: now)
                if plugin != nil { Failpoint.spoolBeforeCommit.pass() }
                return admissions
            }
        } catch {
            spool = before
            throw error
        }
    }

    private func admit(_ event: SpooledEvent, from plugin: String?) throws -> SpoolAdmission {
        guard event.weight <= DeviceLimits.eventBytes else {
            return .refused("event of \(event.weight) bytes; at most \(DeviceLimits.eventBytes) are accepted")
        }
        if let plugin {
            try database.run(
                "INSERT INTO event_id (plugin, id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                [.text(plugin), .blob(event.id)])
            if database.changes == 0 { return .duplicate }
        }
        return .stored
    }

    /// Within a transaction of the caller's.
    func store(_ events: [SpooledEvent], now: Int64) throws {
        for stream in [WireEventStream.urgent, .normal] {
            let events = events.filter { $0.isUrgent == (stream == .urgent) }
            guard !events.isEmpty else { continue }
            let position = try position(of: stream, now: now)
            var number = position.lastNumber
            var chain = EventChain(digest: position.lastDigest)
            for event in events {
                number += 1
                try store(event, stream, number, digest: chain.append(number: UInt64(number), id: event.id))
            }
            try database.run(
                "UPDATE stream SET last_number = ?2, last_digest = ?3 WHERE stream = ?1",
                [.integer(Int64(stream.rawValue)), .integer(number), .blob(chain.digest)])
        }
    }

    private func store(
        _ event: SpooledEvent, _ stream: WireEventStream, _ number: Int64, digest: [UInt8]
    ) throws {
        try database.run(
            "INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            [
                .integer(Int64(stream.rawValue)), .integer(number), .blob(digest), .blob(event.id),
                .integer(Int64(event.severity)), .integer(event.time), .text(event.application), .text(event.instance),
                .text(event.type), .text(event.text), .blob(event.data), .integer(Int64(event.weight)),
            ])
        spool.events += 1
        spool.bytes += Int64(event.weight)
    }

    private func forgetOldIDs(of plugin: String) throws {
        try database.run(
            """
            DELETE FROM event_id WHERE plugin = ?1 AND sequence <= (
                SELECT sequence FROM event_id WHERE plugin = ?1 ORDER BY sequence DESC LIMIT 1 OFFSET ?2)
            """, [.text(plugin), .integer(limits.rememberedIDs)])
    }

    private func makeRoom(now: Int64) throws {
        guard spool.exceeds(limits) else { return }
        var loss = EventLoss()
        while spool.exceeds(limits), try dropOldestOfLeastSevere(into: &loss) {}
        guard !loss.isEmpty else { return }
        let event = SpooledEvent(
            id: environment.identifier(now).bytes, application: AgentEvent.application, severity: 2,
            type: AgentEvent.eventsDropped, text: loss.text, data: Array(loss.data.utf8), time: now)
        try store([event], now: now)
    }

    /// Drops some of the oldest of the least severe; false when the spool is empty.
    private func dropOldestOfLeastSevere(into loss: inout EventLoss) throws -> Bool {
        var dropped: [(stream: Int64, number: Int64, severity: Int64, time: Int64, bytes: Int64)] = []
        // A tenth of a per cent at a time: enough to make overflow cheap, little enough to lose no more than needed.
        let count = max(1, limits.events / 1000)
        // Equal severities share a stream, so its numbers are their order.
        try database.rows(
            "SELECT stream, number, severity, time, bytes FROM event ORDER BY severity, stream, number LIMIT ?1",
            [.integer(count)]
        ) { dropped.append(($0.integer(0), $0.integer(1), $0.integer(2), $0.integer(3), $0.integer(4))) }
        guard let least = dropped.first?.severity else { return false }
        for event in dropped where event.severity == least && spool.exceeds(limits) {
            try database.run(
                "DELETE FROM event WHERE stream = ?1 AND number = ?2", [.integer(event.stream), .integer(event.number)])
            loss.add(severity: event.severity, time: event.time)
            spool.events -= 1
            spool.bytes -= event.bytes
        }
        return true
    }
}
