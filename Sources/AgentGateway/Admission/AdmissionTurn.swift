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
        // Without a future: the listener may be gone, and its loop with it, before anybody answered one.
        listener.eventLoop.execute {
            guard let context = try? listener.pipeline.syncOperations.context(handlerType: AdmissionGate.self),
                let gate = context.handler as? AdmissionGate
            else { return }
            if givenUp {
                gate.givenUp(context, from: address)
            } else {
                gate.handshakeEnded(context, from: address)
            }
        }
    }
}
