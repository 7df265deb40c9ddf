import DeviceProtocol
import ServerStore

/// Keeps the latest value of every series, and a bounded history of it.
struct StatisticsWriter {
    /// Microseconds of history per series.
    static let historyLength: Int64 = 7 * 86_400 * 1_000_000
    /// Series that one report may bring.
    static let mostSeries = 1_000

    let device: DeviceUID
    let now: Int64
    let transaction: any SQLTransaction

    func write(_ reports: [WireApplicationStatistics]) throws {
        var left = Self.mostSeries
        for report in reports {
            let values = report.values.prefix(left).filter { $0.value.isFinite && !$0.name.isEmpty }
            left -= values.count
            // A device whose clock is ahead must not make the newest value look newest for ever.
            let time = report.time > 0 ? min(report.time, now) : now
            try transaction.executeBatch(Self.latest, values.map { row(report, $0, time: time) })
            try transaction.executeBatch(
                """
                INSERT INTO statistics_history (device_uid, application, instance, name, time, value)
                VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (device_uid, application, instance, name, time) DO UPDATE SET value = excluded.value
                """, values.map { key(report, $0) + [.integer(time), .real($0.value)] })
            try transaction.executeBatch(
                """
                DELETE FROM statistics_history
                WHERE device_uid = $1 AND application = $2 AND instance = $3 AND name = $4 AND time < $5
                """, values.map { key(report, $0) + [.integer(now - Self.historyLength)] })
        }
    }

    private static let latest = """
        INSERT INTO statistics (device_uid, application, instance, name, unit, kind, value, start_time, time)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (device_uid, application, instance, name) DO UPDATE SET unit = excluded.unit,
            kind = excluded.kind, value = excluded.value, start_time = excluded.start_time, time = excluded.time
        WHERE statistics.time <= excluded.time
        """

    private func key(_ report: WireApplicationStatistics, _ statistic: WireStatistic) -> [SQLValue] {
        [.blob(device.bytes), .text(report.application), .text(report.instance), .text(statistic.name)]
    }

    private func row(_ report: WireApplicationStatistics, _ statistic: WireStatistic, time: Int64) -> [SQLValue] {
        key(report, statistic) + [
            .text(statistic.unit), .text(statistic.kind == .counter ? "counter" : "gauge"), .real(statistic.value),
            statistic.startTime == 0 ? .null : .integer(statistic.startTime), .integer(time),
        ]
    }
}
