package import DeviceProtocol
import Failpoints
package import NIOPosix

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
        Failpoint.keyMade.pass()
        let tls = try AgentTLS(
            rootCertificate: configuration.rootCertificate, certificate: nil, key: nil,
            trustDomain: configuration.trustDomain, time: TrustedTime(known: 0))
        let connector = ServerConnector(
            group: group, endpoint: configuration.server, tls: tls, proxy: configuration.proxy,
            sourceAddress: configuration.sourceAddress)
        let request = try files.request(uid: uid, trustDomain: configuration.trustDomain)
        let certificate = try await CertificateClient(connector: connector).certificate(
            for: uid, request: request, bearer: token,
            description: DeviceIdentity(uid: uid, host: HostFacts.read(name: configuration.hostname)).description)
        Failpoint.certificateReceived.pass()
        try files.keep(certificate: certificate)
        Failpoint.certificateKept.pass()
        return uid
    }
}
