/// What whoever sets up devices has to know of this server.
package struct ServerDescription: Sendable {
    package var version: String
    package var trustDomain: String
    /// PEM: the root that devices and operators trust.
    package var rootCertificate: String

    package init(version: String, trustDomain: String, rootCertificate: String) {
        self.version = version
        self.trustDomain = trustDomain
        self.rootCertificate = rootCertificate
    }
}
