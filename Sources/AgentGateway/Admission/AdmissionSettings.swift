/// How fast new connections are taken.
package struct AdmissionSettings: Sendable {
    package var connectionsPerSecond = 500
    package var handshakesAtOnce = 256
    /// Seconds a peer has for its handshake.
    package var handshakeTimeout: Int64 = 10

    package init() {}
}
