package import DeviceProtocol
package import ServerStore
import Synchronization

/// Devices with a certificate of ours that the store does not know, or knows a newer certificate of.
package struct Readmissions: Sendable {
    /// Devices that may wait; beyond, new ones are only refused.
    static let most: Int64 = 10_000
    /// A device that waits is written down again at most so often, in µs.
    static let spacing: Int64 = 60_000_000

    private let store: any SQLStore
    private let writer: GroupedWriter
    private let rule: ReadmissionRule
    private let clock: ServerClock
    private let admitted: @Sendable (DeviceUID) async -> Void

    /// `admitted` is called after a device was let in.
    package init(
        store: any SQLStore, writer: GroupedWriter, rule: ReadmissionRule = .ask, clock: ServerClock = .system,
        admitted: @escaping @Sendable (DeviceUID) async -> Void
    ) {
        self.store = store
        self.writer = writer
        self.rule = rule
        self.clock = clock
        self.admitted = admitted
    }

    /// A device asks to be let in; returns whether it is, by the rule.
    package func ask(
        _ certificate: PresentedCertificate, reason: ReadmissionReason, address: String
    ) async throws -> Bool {
        if rule == .automatic, reason == .unknownDevice {
            try await admit(
                certificate, into: GroupRecord.root, by: OperatorIdentity(name: "readmission rule", role: .admin))
            return true
        }
        let now = clock.now()
        try await writer.submit { transaction in
            try transaction.execute(
                """
                INSERT INTO readmissions (device_uid, serial, not_before, not_after, address, reason, first_at, last_at)
                SELECT $1, $2, $3, $4, $5, $6, $7, $7
                WHERE (SELECT count(*) FROM readmissions) < $8
                ON CONFLICT (device_uid) DO UPDATE SET serial = excluded.serial, not_before = excluded.not_before,
                    not_after = excluded.not_after, address = excluded.address, reason = excluded.reason,
                    last_at = excluded.last_at
                WHERE readmissions.last_at < excluded.last_at - $9 OR readmissions.serial <> excluded.serial
                """,
                [
                    .blob(certificate.uid.bytes), .text(certificate.serial), .integer(certificate.notBefore),
                    .integer(certificate.notAfter), .text(address), .text(reason.rawValue), .integer(now),
                    .integer(Self.most), .integer(Self.spacing),
                ])
        }
        return false
    }

    /// Those that wait, by uid.
    package func waiting(page: PageRequest) async throws -> Page<ReadmissionRecord> {
        let after = try page.identifier()
        let found = try await store.read { reader in
            var filter = Filter()
            filter.after("device_uid", after.map { [.blob($0.bytes)] })
            return try reader.query(
                "SELECT * FROM readmissions\(filter.sql) ORDER BY device_uid LIMIT \(page.limit + 1)", filter.arguments
            ).map(ReadmissionRecord.init(row:))
        }
        return Page(found, limit: page.limit) { ["\($0.device)"] }
    }

    /// The one that waits and whose uid begins so. Throws `notFound`, or `conflict` when there are several.
    package func resolve(_ text: String) async throws -> DeviceUID {
        let wanted = text.lowercased()
        let all = try await store.read { reader in
            try reader.query("SELECT device_uid FROM readmissions LIMIT \(Self.most)").compactMap {
                DeviceUID(try $0.blob("device_uid"))
            }
        }
        let found = all.filter { "\($0)".hasPrefix(wanted) }
        guard let device = found.first else { throw CoreError(.notFound, "no device \(text) waits to be readmitted") }
        guard found.count == 1 else {
            throw CoreError(.conflict, "\(text) is the beginning of \(found.count) devices' uids; say more of it")
        }
        return device
    }

    /// Lets a waiting device in with the certificate that it showed. A known device stays in its group unless another is
    /// named. Throws `notFound` when it does not wait.
    package func readmit(_ device: DeviceUID, into group: String?, by identity: OperatorIdentity) async throws {
        guard
            let record = try await store.read({ reader in
                try reader.first("SELECT * FROM readmissions WHERE device_uid = $1", [.blob(device.bytes)])
                    .map(ReadmissionRecord.init(row:))
            })
        else { throw CoreError(.notFound, "device \(device) does not wait to be readmitted") }
        let certificate = PresentedCertificate(
            uid: device, serial: record.serial, notBefore: record.notBefore, notAfter: record.notAfter)
        try await admit(certificate, into: group, by: identity)
    }

    private func admit(
        _ certificate: PresentedCertificate, into group: String?, by identity: OperatorIdentity
    ) async throws {
        let now = clock.now()
        let key = Secrets.bytes(32)
        try await writer.submit(rows: 4) { transaction in
            let admission = ReadmissionWriter(
                certificate: certificate, now: now, datagramKey: key, transaction: transaction)
            try admission.admit(into: group)
            try AuditLog.write(
                "readmit", kind: "Device", name: "\(certificate.uid)", by: identity, now: now, in: transaction)
        }
        await admitted(certificate.uid)
    }
}
