import NIOCore

/// Holds back `accept` while the admission machine says so. Lives on the listening channel's event loop.
final class AdmissionGate: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel
    typealias OutboundIn = Never

    private var machine: AdmissionMachine
    private var readPending = false
    private var retry: Scheduled<Void>?

    init(settings: AdmissionSettings) { machine = AdmissionMachine(settings: settings, now: Self.now()) }

    func read(context: ChannelHandlerContext) {
        switch machine.mayAccept(now: Self.now()) {
        case .accept:
            readPending = false
            context.read()
        case .waitForHandshake: readPending = true
        case .wait(let until):
            readPending = true
            guard retry == nil else { return }
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            retry = context.eventLoop.scheduleTask(deadline: .uptimeNanoseconds(UInt64(until) * 1_000)) {
                let (gate, context) = bound.value
                gate.retry = nil
                if gate.readPending { gate.read(context: context) }
            }
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let child = unwrapInboundIn(data)
        if machine.accepted(now: Self.now(), from: Self.address(of: child)) {
            context.fireChannelRead(data)
        } else {
            child.close(promise: nil)
        }
    }

    private static func address(of child: any Channel) -> String? { child.remoteAddress?.ipAddress }

    /// To be called once per accepted connection, on any thread.
    func handshakeEnded(_ context: ChannelHandlerContext, from address: String?) {
        machine.handshakeEnded(from: address)
        if readPending { read(context: context) }
    }

    /// To be called instead, for a connection whose peer had closed it before it was accepted.
    func givenUp(_ context: ChannelHandlerContext, from address: String?) {
        machine.givenUp(now: Self.now(), from: address)
        if readPending { read(context: context) }
    }

    private static func now() -> Int64 { Int64(NIODeadline.now().uptimeNanoseconds / 1_000) }
}
