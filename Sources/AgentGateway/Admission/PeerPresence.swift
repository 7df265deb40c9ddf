import Glibc
import NIOCore

/// Whether the peer of a connection that was just accepted still holds it.
///
/// It may have waited so long in the listening socket that it gave up; then all that it sent, and its farewell, are there already.
enum PeerPresence {
    /// The peer closed the connection before it was accepted.
    struct GivenUp: Error {}

    /// As the kernel counts the states of TCP (include/net/tcp_states.h): these two have a peer that may still speak.
    private static let established: UInt8 = 1
    private static let handshaking: UInt8 = 3

    /// Fails with `GivenUp`. A socket that does not say counts as held.
    static func require(of child: any Channel) -> EventLoopFuture<Void> {
        guard let options = child as? any SocketOptionProvider else { return child.eventLoop.makeSucceededVoidFuture() }
        return options.getTCPInfo().map { $0.tcpi_state }.recover { _ in established }.flatMapThrowing { state in
            guard state == established || state == handshaking else { throw GivenUp() }
        }
    }
}
