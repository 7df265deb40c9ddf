/// How fast new connections are taken.
package struct AdmissionSettings: Sendable {
    package var connectionsPerSecond = 500
    package var handshakesAtOnce = 256
    /// Seconds a peer has for its handshake.
    package var handshakeTimeout: Int64 = 10

    package init() {}

    /// Connections that wait in the listening socket: about as many as are admitted in four seconds, 64 at least. Whoever waits longer has given up
    /// before its turn comes (an agent does after ten), and the server would accept nobody but those; the kernel has the
    /// others ask again, after 1, 3 and 7 seconds.
    package var waiting: Int32 { Int32(min(4_096, max(64, 4 * connectionsPerSecond))) }
}
