import NIOHTTP1

/// An HTTP answer to a device; refusals are one line of text that a person can read in the agent's log.
struct GatewayReply: Sendable {
    var status: HTTPResponseStatus
    var headers: HTTPHeaders
    var body: [UInt8]

    init(_ status: HTTPResponseStatus, _ text: String, retryAfterSeconds: Int? = nil) {
        self.status = status
        headers = ["content-type": "text/plain; charset=utf-8"]
        if let retryAfterSeconds { headers.add(name: "retry-after", value: String(retryAfterSeconds)) }
        body = Array((text + "\n").utf8)
    }

    /// Without a body.
    init(_ status: HTTPResponseStatus, headers: HTTPHeaders) {
        self.status = status
        self.headers = headers
        body = []
    }

    init(message body: [UInt8], contentType: String) {
        status = .ok
        headers = ["content-type": contentType]
        self.body = body
    }
}
