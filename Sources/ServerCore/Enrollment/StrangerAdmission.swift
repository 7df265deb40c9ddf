import DeviceProtocol
import Manifests
import ServerStore

/// One certificate for a stranger, inside one transaction: certificate, device and audit are stored, or nothing is.
struct StrangerAdmission {
    let request: [UInt8]
    let keyHash: [UInt8]
    let issuer: any DeviceCertificateIssuer
    let revocations: RevocationFile
    let identity: OperatorIdentity
    let now: Int64
    let transaction: any SQLTransaction

    /// A device as far as this has to know it.
    private struct Known {
        var uid: DeviceUID
        var name: String?
        var group: String
    }

    /// `fresh` is the uid of a device that is made.
    func admit(_ subject: StrangerApplication.Subject, as fresh: DeviceUID) throws -> StrangerCertificate {
        let owner = try owner()
        switch subject {
        case .known(let uid):
            guard let device = try device(uid) else { throw CoreError(.notFound, "no device \(uid)") }
            guard device.name != nil else {
                throw CoreError(.conflict, "device \(uid) enrolled by itself, and renews its certificate itself")
            }
            try refuse(unless: owner.map { $0.uid == uid } ?? true, owner)
            return try certificate(for: device)
        case .new(let name, let group):
            if let problem = try GroupPath.problem(with: group, in: transaction) {
                throw CoreError(
                    .invalid, "the certificate cannot be issued",
                    problems: [FieldProblem(path: "group", expected: "an existing group", got: problem)])
            }
            let wanted = GroupPath.name(of: group)
            if let owner {
                try refuse(unless: owner.name == name && owner.group == wanted, owner)
                return try certificate(for: owner)
            }
            return try create(Known(uid: fresh, name: name, group: wanted))
        }
    }

    private func refuse(unless holds: Bool, _ owner: Known?) throws {
        guard !holds, let owner else { return }
        throw CoreError(.conflict, "this key is device \(owner.uid)'s already: make another, or name that device")
    }

    /// Whose key it is.
    private func owner() throws -> Known? {
        try transaction.first(
            "SELECT device_uid FROM device_certificates WHERE key_hash = $1", [.blob(keyHash)]
        ).flatMap { try DeviceUID($0.blob("device_uid")) }.flatMap(device)
    }

    private func device(_ uid: DeviceUID) throws -> Known? {
        guard
            let row = try transaction.first(
                "SELECT given_name, group_name, standing FROM devices WHERE uid = $1", [.blob(uid.bytes)])
        else { return nil }
        guard try row.text("standing") == DeviceStanding.active.rawValue, !revocations.contains(uid) else {
            throw CoreError(.conflict, "device \(uid) was revoked")
        }
        return Known(uid: uid, name: try row.optionalText("given_name"), group: try row.text("group_name"))
    }

    /// The one it has, unless it is to be renewed.
    private func certificate(for device: Known) throws -> StrangerCertificate {
        let present = try transaction.first(
            """
            SELECT serial, chain, not_after FROM device_certificates
            WHERE device_uid = $1 AND key_hash = $2 AND superseded = 0 AND chain <> ''
                AND not_after - $3 > (not_after - issued_at) / 3 ORDER BY issued_at DESC LIMIT 1
            """, [.blob(device.uid.bytes), .blob(keyHash), .integer(now)])
        if let present {
            let issued = IssuedCertificate(
                chainPEM: try present.text("chain"), notAfter: try present.integer("not_after"),
                serial: try present.text("serial"))
            return StrangerCertificate(
                device: device.uid, name: device.name ?? "", group: device.group, certificate: issued)
        }
        return try issue(to: device)
    }

    private func create(_ device: Known) throws -> StrangerCertificate {
        let name = device.name ?? ""
        let other = try transaction.first(
            "SELECT uid FROM devices WHERE hostname = $1 LIMIT 1", [.text(name)]
        ).flatMap { try DeviceUID($0.blob("uid")) }
        if let other {
            throw CoreError(
                .conflict, "device \(other) is called \"\(name)\" already: take another name, or name that device")
        }
        try transaction.execute(
            """
            INSERT INTO devices (uid, hostname, given_name, group_name, standing, stranger, enrolled_at)
            VALUES ($1, $2, $2, $3, 'active', 1, $4)
            """, [.blob(device.uid.bytes), .text(name), .text(device.group), .integer(now)])
        let issued = try issue(to: device)
        try transaction.execute(
            "UPDATE devices SET certificate_serial = $2, certificate_not_after = $3 WHERE uid = $1",
            [.blob(device.uid.bytes), .text(issued.certificate.serial), .integer(issued.certificate.notAfter)])
        return issued
    }

    private func issue(to device: Known) throws -> StrangerCertificate {
        let issued = try issuer.certificate(for: device.uid, request: request, now: now)
        try CertificateWriter(device: device.uid, now: now, transaction: transaction).add(
            issued, keyHash: keyHash, token: nil)
        try AuditLog.write(
            "certificate", kind: ManifestKind.device.rawValue, name: "\(device.uid)", detail: issued.serial,
            by: identity, now: now, in: transaction)
        return StrangerCertificate(
            device: device.uid, name: device.name ?? "", group: device.group, certificate: issued)
    }
}
