import DeviceProtocol
import OpAMP
import ServerStore

/// Stores where and how a device was met, in the transaction of its exchange.
struct FactsWriter {
    let peer: DevicePeer
    let now: Int64
    let transaction: any SQLTransaction

    /// Characters of an error that are kept.
    static let longestText = 4_000
    /// Bytes of a stranger's own id that are kept.
    static let longestInstanceUID = 16

    func write(_ report: AgentReport, seen mark: LastSeenMark) throws {
        let message = report.message
        let uid = SQLValue.blob(peer.uid.bytes)
        if !message.hasAgentDisconnect { try transaction.execute(LastSeenMark.statement, mark.arguments) }
        try transaction.execute(
            """
            UPDATE devices SET transport = $2, sequence_num = $3,
                capabilities = CASE WHEN $4 <> 0 THEN $4 ELSE capabilities END,
                udp_port = coalesce($5, udp_port), udp_key_confirmed = coalesce($6, udp_key_confirmed) WHERE uid = $1
            """,
            [
                uid, .text(peer.transport.rawValue), .integer(Int64(bitPattern: message.sequenceNum)),
                .integer(Int64(bitPattern: message.capabilities)), .integer(report.frame.map { Int64($0.udpPort) }),
                .integer(report.frame.map { Int64($0.udpKeyID) }),
            ])
        if message.hasConnectionSettingsStatus { try write(message.connectionSettingsStatus) }
        if message.hasRemoteConfigStatus { try write(message.remoteConfigStatus) }
        if let says = report.saysStranger { try write(stranger: says) }
        guard report.frame == nil else { return }
        try transaction.execute(
            "UPDATE devices SET instance_uid = $2 WHERE uid = $1 AND stranger = 1",
            [uid, .blob(Array(message.instanceUid.prefix(Self.longestInstanceUID)))])
    }

    /// What is declared for agents of ours and for strangers differs: the document is another one from then on.
    private func write(stranger: Bool) throws {
        try transaction.execute(
            """
            UPDATE devices SET stranger = $2, document_wanted = document_wanted + 1,
                instance_uid = CASE WHEN $2 = 0 THEN NULL ELSE instance_uid END WHERE uid = $1 AND stranger <> $2
            """, [.blob(peer.uid.bytes), .flag(stranger)])
    }

    private func write(_ status: OpAMPConnectionSettingsStatus) throws {
        try transaction.execute(
            "UPDATE devices SET connection_hash = $2, connection_status = $3, connection_error = $4 WHERE uid = $1",
            [
                .blob(peer.uid.bytes), .blob(Array(status.lastConnectionSettingsHash)),
                .text(ConfigOutcome(status.status).rawValue),
                .text(String(status.errorMessage.prefix(Self.longestText))),
            ])
    }

    private func write(_ status: OpAMPRemoteConfigStatus) throws {
        try transaction.execute(
            "UPDATE devices SET reported_hash = $2, reported_status = $3, reported_error = $4 WHERE uid = $1",
            [
                .blob(peer.uid.bytes), .blob(Array(status.lastRemoteConfigHash)),
                .text(ConfigOutcome(status.status).rawValue),
                .text(String(status.errorMessage.prefix(Self.longestText))),
            ])
    }
}
