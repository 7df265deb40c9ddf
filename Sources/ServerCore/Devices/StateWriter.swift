import DesiredState
import DeviceProtocol
import Foundation
import OpAMP
import ServerStore

/// Stores what a device says of itself: description, health per application, configuration in force, entry results.
struct StateWriter {
    /// Components of one health report that are kept.
    static let mostComponents = 512
    /// Bytes of effective configuration that are read back; more than a message can bring.
    static let largestConfig = 64 << 20

    let device: DeviceUID
    let now: Int64
    let transaction: any SQLTransaction

    /// `trust` is `full` (what the message leaves out is gone) or `delta` (it stays).
    func write(_ report: AgentReport, trust: StateTrust) throws {
        let message = report.message
        if message.hasAgentDescription { try write(message.agentDescription) }
        if message.hasHealth { try write(message.health) }
        try write(message.hasEffectiveConfig ? message.effectiveConfig : nil, digest: report.frame?.stateDigest)
        if trust == .full, report.frame != nil {
            if !message.hasHealth { try delete("application_states") }
            try delete("entry_results")
        }
        for result in report.frame?.applied ?? [] { try write(result) }
    }

    private func delete(_ table: String) throws {
        try transaction.execute("DELETE FROM \(table) WHERE device_uid = $1", [.blob(device.bytes)])
    }

    func write(_ description: OpAMPAgentDescription) throws {
        let all = JSONValue(description.identifyingAttributes + description.nonIdentifyingAttributes)
        try transaction.execute(
            "UPDATE devices SET hostname = coalesce(given_name, $2), description = $3 WHERE uid = $1",
            [.blob(device.bytes), .text(all["host.name"]?.stringValue ?? ""), .text(CanonicalJSON.text(all))])
    }

    private func write(_ health: OpAMPComponentHealth) throws {
        try delete("application_states")
        try transaction.execute(
            "UPDATE devices SET healthy = $2, health_error = $3 WHERE uid = $1",
            [.blob(device.bytes), .flag(health.healthy), .text(health.lastError)])
        let components = health.componentHealthMap.sorted { $0.key < $1.key }
        let rows = components.flatMap { application, component in
            [row(application, "", component)]
                + component.componentHealthMap.sorted { $0.key < $1.key }.map { row(application, $0.key, $0.value) }
        }
        try transaction.executeBatch(
            """
            INSERT INTO application_states (device_uid, application, instance, healthy, status, last_error, attributes,
                started_at, status_at, reported_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """, Array(rows.prefix(Self.mostComponents)))
    }

    private func row(_ application: String, _ instance: String, _ health: OpAMPComponentHealth) -> [SQLValue] {
        [
            .blob(device.bytes), .text(application), .text(instance), .flag(health.healthy), .text(health.status),
            .text(health.lastError), .text(CanonicalJSON.text(JSONValue(health.attributes))),
            Self.microseconds(health.startTimeUnixNano), Self.microseconds(health.statusTimeUnixNano), .integer(now),
        ]
    }

    private static func microseconds(_ nanoseconds: UInt64) -> SQLValue {
        nanoseconds == 0 ? .null : .integer(Int64(clamping: nanoseconds / 1_000))
    }

    /// The configuration is kept as an object of entry name to the entry: JSON where it is JSON, else its text.
    private func write(_ config: OpAMPEffectiveConfig?, digest: Data?) throws {
        let entries = config?.configMap.configMap.mapValues { file in
            (try? JSONValue(parsing: file.body)) ?? .string(String(decoding: file.body, as: UTF8.self))
        }
        guard entries != nil || digest != nil else { return }
        try transaction.execute(
            """
            UPDATE devices SET effective_config = coalesce($2, effective_config),
                state_digest = coalesce($3, state_digest) WHERE uid = $1
            """,
            [
                .blob(device.bytes), .text(entries.map { CanonicalJSON.text(.object($0)) }),
                digest.map { .blob(Array($0)) } ?? .null,
            ])
    }

    private func write(_ result: WireEntryResult) throws {
        guard let status = EntryOutcome(result.status) else { return }
        try transaction.execute(
            """
            INSERT INTO entry_results (device_uid, entry, hash, status, reason, reported_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (device_uid, entry) DO UPDATE SET hash = excluded.hash, status = excluded.status,
                reason = excluded.reason, reported_at = excluded.reported_at
            """,
            [
                .blob(device.bytes), .text(result.entry), .blob(Array(result.hash)), .text(status.rawValue),
                .text(result.reason), .integer(result.time > 0 ? result.time : now),
            ])
    }
}
