import NIOCore
import Synchronization

/// The place among the handshakes that a connection has. Given back once, on any thread.
final class AdmissionTurn: Sendable {
    private let listener: (any Channel)?
    private let address: String?
    private let isOver = Atomic(false)

    init(of child: any Channel) {
        listener = child.parent
        address = child.remoteAddress?.ipAddress
    }

    /// The handshake is over, whatever its end. `givenUp`: it did not begin, since the peer was gone.
    func ended(givenUp: Bool = false) {
        guard let listener, !isOver.exchange(true, ordering: .relaxed) else { return }
        let address = address
        listener.pipeline.context(handlerType: AdmissionGate.self).whenSuccess { context in
            guard let gate = context.handler as? AdmissionGate else { return }
            if givenUp {
                gate.givenUp(context, from: address)
            } else {
                gate.handshakeEnded(context, from: address)
            }
        }
    }
}
