import DeviceProtocol
import ServerStore

/// Lets one device in again, inside one transaction.
struct ReadmissionWriter {
    let certificate: PresentedCertificate
    let now: Int64
    /// For a device that the store does not know.
    let datagramKey: [UInt8]
    let transaction: any SQLTransaction

    /// `group` is an operator's word, and as lasting as any other placement by hand.
    func admit(into group: String?) throws {
        let uid = SQLValue.blob(certificate.uid.bytes)
        if let group, let problem = try GroupPath.problem(with: group, in: transaction) {
            throw CoreError(.invalid, "group: expected an existing group, got \(problem)")
        }
        let known = try transaction.first("SELECT standing FROM devices WHERE uid = $1", [uid])
        if let known, try known.text("standing") == DeviceStanding.revoked.rawValue {
            throw CoreError(.conflict, "device \(certificate.uid) is revoked")
        }
        if known == nil {
            try transaction.execute(
                """
                INSERT INTO devices (uid, group_name, placement, standing, enrolled_at, udp_key_id, udp_key, udp_key_at)
                VALUES ($1, $2, $5, 'active', $3, 1, $4, $3)
                """,
                [
                    uid, .text(GroupPath.name(of: group ?? GroupRecord.root)), .integer(now), .blob(datagramKey),
                    .text((group == nil ? DevicePlacement.enrollment : .manual).rawValue),
                ])
        } else if let group {
            try transaction.execute(
                """
                UPDATE devices SET home_group = coalesce(home_group, group_name), group_name = $2, placement = 'manual',
                    placement_reason = '', revision = revision + 1, document_wanted = document_wanted + 1 WHERE uid = $1
                """, [uid, .text(GroupPath.name(of: group))])
        }
        try CertificateWriter(device: certificate.uid, now: now, transaction: transaction).makeCurrent(certificate)
        try transaction.execute("DELETE FROM readmissions WHERE device_uid = $1", [uid])
    }
}
