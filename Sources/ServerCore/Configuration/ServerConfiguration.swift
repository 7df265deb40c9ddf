/// `server.yaml`.
package struct ServerConfiguration: Sendable, Hashable {
    package struct Listener: Sendable, Hashable {
        package var host: String
        package var port: Int
    }

    package var dataDirectory = "/var/lib/martlet-server"
    package var agents = Listener(host: "::", port: 13000)
    /// Off notices; nil for the same number as the TCP port.
    package var offNoticePort: Int?
    package var operators = Listener(host: "::", port: 13299)
    /// Devices that a change may concern without being confirmed.
    package var confirmDevices = Declarations.usualUnconfirmedDevices
    package var pluginsDirectory = "/usr/lib/martlet/plugins"
    /// Paths of PEM files: operators who may sign what devices trust, beside the offline root. Devices have their own list.
    package var operatorCertificates: [String] = []
    package var trustDomain = "martlet.internal"
    /// DNS names and IP addresses that the server is reached by; they go into its certificate.
    package var names: [String] = []
    package var persistentCeiling = 100_000
    /// Seconds.
    package var wakeTimeout: Int64 = 10
    package var connectionsPerSecond = 500
    package var handshakesAtOnce = 256
    /// Seconds over which devices spread their return after a break.
    package var reconnectWindow: Int64 = 30
    package var certificates = CertificateSettings()
    package var readmission = ReadmissionRule.ask
    /// Seconds after which a device gets a new key for the two datagrams.
    package var datagramKeyLife = KeyRotation.life / 1_000_000
    package var retention = RetentionSettings()
    package var artifacts = ArtifactLimits()
    package var logLevel = "info"
    package var logFormat = "text"

    package init() {}

    package var databasePath: String { dataDirectory + "/martlet.db" }
    /// The devices that were revoked, so that a database that is deleted or restored revives none.
    package var revocationsPath: String { dataDirectory + "/revoked" }
    package var pkiDirectory: String { dataDirectory + "/pki" }
    package static let logLevels = ["trace", "debug", "info", "notice", "warning", "error", "critical"]
}
