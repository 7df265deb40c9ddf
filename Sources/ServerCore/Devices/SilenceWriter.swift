import DesiredState
import DeviceProtocol
import ServerStore

/// Stores that silence was told, and the event that tells it, together.
struct SilenceWriter {
    static let silent = "device.silent"
    static let returned = "device.returned"

    let epoch: Identifier
    let now: Int64
    let transaction: any SQLTransaction

    /// Tells of those that are silent still. Returns how many.
    func silent(_ devices: [[UInt8]], by rule: SilenceRule) throws -> Int {
        var told = 0
        for uid in devices {
            guard let device = try SilenceCandidate.find(uid, in: transaction),
                let since = try device.silence(by: rule, now: now, in: transaction)
            else { continue }
            try mark(uid, .integer(since))
            let interval = try device.interval(in: transaction)
            try event(
                Self.silent, .failure, of: uid,
                "not heard of for \(TimeSpan.text(now - since)); its sync interval is \(TimeSpan.text(interval * 1_000_000)); check that it is on, that its agent runs and that it reaches the server",
                ["silentSeconds": .integer((now - since) / 1_000_000), "syncIntervalSeconds": .integer(interval)])
            told += 1
        }
        return told
    }

    /// Ends the silence of at most so many devices that were heard of since, and tells it; that of one that may not speak
    /// ends untold. Returns how many ended, and how many of them were told of.
    func returned(atMost limit: Int) throws -> (ended: Int, told: Int) {
        let rows = try Self.silenceEnded(atMost: limit, in: transaction)
        var told = 0
        for row in rows {
            let uid = try row.blob("uid")
            try mark(uid, .null)
            guard try row.text("standing") == DeviceStanding.active.rawValue else { continue }
            let span = now - (try row.integer("silent_since"))
            let off = try row.optionalText("off_reason").map { ", and goes off: \($0)" } ?? ""
            try event(
                Self.returned, .info, of: uid, "heard of again after \(TimeSpan.text(span))\(off)",
                ["silentSeconds": .integer(span / 1_000_000)])
            told += 1
        }
        return (rows.count, told)
    }

    /// Devices whose silence was told and is over. Looks at all that are silent.
    static func silenceEnded(atMost limit: Int, in reader: any SQLReader) throws -> [SQLRow] {
        try reader.query(
            """
            SELECT uid, standing, silent_since, off_reason FROM devices WHERE silent_since IS NOT NULL AND (
                standing <> 'active' OR connected_node IS NOT NULL OR off_at IS NOT NULL
                OR COALESCE(last_seen_at, disconnected_at) > silent_since) LIMIT \(limit)
            """)
    }

    private func mark(_ uid: [UInt8], _ since: SQLValue) throws {
        try transaction.execute("UPDATE devices SET silent_since = $2 WHERE uid = $1", [.blob(uid), since])
    }

    private func event(
        _ type: String, _ severity: EventSeverity, of uid: [UInt8], _ text: String, _ data: [String: JSONValue]
    ) throws {
        try ServerEvent(device: uid, severity: severity, type: type, text: text, data: .object(data))
            .store(epoch: epoch, now: now, in: transaction)
    }
}
