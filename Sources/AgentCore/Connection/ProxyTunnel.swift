import DurableFiles
import FoundationEssentials
import NIOCore
import NIOExtras
import NIOHTTP1

/// Has a proxy connect through to the server; what comes after speaks to the server itself.
struct ProxyTunnel: Sendable {
    let proxy: ProxySettings
    let target: ServerEndpoint

    /// Adds the handlers that ask the proxy. `opened` is called on the event loop once the tunnel stands and they are gone.
    func configure(
        _ channel: any Channel, timeout: TimeAmount, opened: @escaping @Sendable (any Channel) throws -> Void,
        failed: @escaping @Sendable (LinkError) -> Void
    ) throws {
        let headers = try headers()
        let done = channel.eventLoop.makePromise(of: Void.self)
        let handlers: [any ChannelHandler & RemovableChannelHandler] = [
            HTTPRequestEncoder(), ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes)),
            NIOHTTP1ProxyConnectHandler(
                targetHost: target.host.contains(":") ? "[\(target.host)]" : target.host, targetPort: target.port,
                headers: headers, deadline: .now() + timeout, promise: done),
        ]
        try channel.pipeline.syncOperations.addHandlers(handlers)
        let bound = NIOLoopBound(handlers, eventLoop: channel.eventLoop)
        let proxy = proxy.endpoint
        let target = target
        let refused: @Sendable (any Error) -> Void = { error in
            failed(LinkError(.unreachable, "\(target) through the proxy \(proxy): \(error)"))
            channel.close(promise: nil)
        }
        done.futureResult.whenFailure(refused)
        done.futureResult.whenSuccess {
            // Not while the decoder is still at work on the proxy's answer.
            channel.eventLoop.execute {
                let removals = bound.value.dropLast().map { channel.pipeline.syncOperations.removeHandler($0) }
                EventLoopFuture.andAllSucceed(removals, on: channel.eventLoop).whenComplete { result in
                    do {
                        try result.get()
                        try opened(channel)
                    } catch {
                        refused(error)
                    }
                }
            }
        }
    }

    private func headers() throws -> HTTPHeaders {
        var headers: HTTPHeaders = ["host": "\(target)"]
        guard let file = proxy.credentialsFile else { return headers }
        let credentials = try FileBytes.required(file, limit: 4 << 10)
        let text = String(decoding: credentials, as: UTF8.self).filter { !$0.isNewline }
        headers.add(name: "proxy-authorization", value: "Basic " + Data(text.utf8).base64EncodedString())
        return headers
    }
}
