import NIOCore
import NIOHTTP1

/// One request and the promise of its whole answer.
struct HTTPCall: Sendable {
    var path: String
    var method: HTTPMethod
    var headers: HTTPHeaders
    var body: [UInt8]
    var reply: EventLoopPromise<HTTPReply>
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
