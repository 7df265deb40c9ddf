import NIOCore
import NIOHTTP1

/// One request and the promise of its whole answer.
struct HTTPCall: Sendable {
    var path: String
    var method: HTTPMethod
    var headers: HTTPHeaders
    var body: [UInt8]
    var reply: EventLoopPromise<HTTPReply>

    /// Sends a call and waits for its answer. Throws `closed` where the connection has ended already: then no handler is left
    /// that would ever answer.
    static func perform(
        _ method: HTTPMethod, _ path: String, _ headers: HTTPHeaders = [:], _ body: [UInt8] = [],
        over channel: any Channel,
        to endpoint: ServerEndpoint
    ) async throws -> HTTPReply {
        let reply = channel.eventLoop.makePromise(of: HTTPReply.self)
        let call = HTTPCall(path: path, method: method, headers: headers, body: body, reply: reply)
        channel.eventLoop.execute {
            guard channel.isActive else {
                return reply.fail(LinkError(.closed, "\(endpoint): the connection is closed"))
            }
            channel.writeAndFlush(call, promise: nil)
        }
        return try await reply.futureResult.get()
    }
}

struct HTTPReply: Sendable {
    var status: HTTPResponseStatus
    var headers: HTTPHeaders
    var body: [UInt8]

    /// µs from `Retry-After` in seconds.
    var retryAfter: Int64? {
        headers.first(name: "retry-after").flatMap { Int64($0) }.map { min(max($0, 0), 86_400) * 1_000_000 }
    }
}
