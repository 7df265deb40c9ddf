package import DeviceProtocol
import FoundationEssentials
package import NIOPosix
import OpAMP

/// Joins a device to a server with a token.
package struct Enroller: Sendable {
    private let configuration: AgentConfiguration
    private let files: IdentityFiles

    package init(configuration: AgentConfiguration) {
        self.configuration = configuration
        files = IdentityFiles(dataDirectory: configuration.dataDirectory)
    }

    /// Returns the device's uid once its certificate is stored. Repeating it after a crash costs no second use of the
    /// token: uid and key are on the disk before anything is sent.
    package func enroll(token: String, group: MultiThreadedEventLoopGroup) async throws -> DeviceUID {
        let uid = try files.prepare(now: WallClock.now())
        let tls = try AgentTLS(
            rootCertificate: configuration.rootCertificate, certificate: nil, key: nil,
            trustDomain: configuration.trustDomain)
        let connector = ServerConnector(group: group, endpoint: configuration.server, tls: tls)
        var message = OpAMPAgentToServer()
        message.instanceUid = Data(uid.bytes)
        message.sequenceNum = 1
        message.capabilities = FrameComposer.capabilities
        message.connectionSettingsRequest.opamp.certificateRequest.csr = Data(
            try files.request(uid: uid, trustDomain: configuration.trustDomain))
        let link = try await HTTPLink.open(connector)
        let answer: OpAMPServerToAgent
        do { answer = try await link.exchange(message, bearer: token) } catch {
            await link.close()
            throw error
        }
        await link.close()
        let certificate = Array(answer.connectionSettings.opamp.certificate.cert)
        guard !certificate.isEmpty else {
            throw LinkError(.malformed, "\(configuration.server): the answer to the enrolment carries no certificate")
        }
        try files.keep(certificate: certificate)
        return uid
    }
}
