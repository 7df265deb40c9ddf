/// Addresses and bounds of the listener for agents.
package struct GatewaySettings: Sendable {
    package static let defaultPort = 13000

    package var host = "0.0.0.0"
    package var port = defaultPort
    /// 0 takes the same number as the TCP port.
    package var udpPort = 0
    package var admission = AdmissionSettings()
    /// How many devices may keep a connection (R04).
    package var persistentCeiling = 100_000
    /// How long a wake waits for the device, in seconds.
    package var wakeTimeout: Int64 = 10
    /// PEM file of the certificate authorities that device certificates chain to.
    package var authorityFile: String

    package init(authorityFile: String) { self.authorityFile = authorityFile }
}
