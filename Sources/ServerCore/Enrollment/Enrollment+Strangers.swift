import DeviceProtocol
import ServerStore

extension Enrollment {
    /// Gives an OpAMP client that is not ours its certificate, on an operator's word. The key never travels: the client,
    /// or who sets it up, made it and asks with a CSR.
    ///
    /// The same key for the same device gets the same certificate again, until two thirds of its life are over: an answer
    /// that was lost costs nothing. Throws `invalid` for a request or a group that is not usable, `conflict` when the name
    /// or the key is another device's or the device renews by itself, `notFound`.
    package func issue(
        _ application: StrangerApplication, by identity: OperatorIdentity
    ) async throws -> StrangerCertificate {
        let now = clock.now()
        let (issuer, revocations) = (issuer, revocations)
        let fresh = DeviceUID.make(now: now)
        let issued: StrangerCertificate
        do {
            let keyHash = try CertificateRequestKey.hash(of: application.request)
            issued = try await writer.submit(rows: 4) { transaction in
                try StrangerAdmission(
                    request: application.request, keyHash: keyHash, issuer: issuer, revocations: revocations,
                    identity: identity, now: now, transaction: transaction
                ).admit(application.subject, as: fresh)
            }
        } catch let error as EnrollmentError {
            throw CoreError(.invalid, "\(error)", cause: error)
        }
        await changed(issued.device)
        await joined(issued.device)
        return issued
    }
}
