import NIOCore
import NIOHTTP1
import NIOHTTPCompression
package import OpAMP
import SwiftProtobuf

/// A kept-alive connection over which requests of one synchronisation travel. Calls must not overlap.
package struct HTTPLink: Sendable {
    private let channel: any Channel
    private let endpoint: ServerEndpoint

    package static func open(_ connector: ServerConnector) async throws -> HTTPLink {
        let host = "\(connector.endpoint)"
        let channel = try await connector.connect { channel in
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHTTPClientHandlers()
            try pipeline.addHandler(NIOHTTPResponseDecompressor(limit: .size(OpAMPLimits.agentBytes)))
            try pipeline.addHandler(HTTPCallHandler(host: host, limit: OpAMPLimits.agentBytes))
        }
        return HTTPLink(channel: channel, endpoint: connector.endpoint)
    }

    /// Sends one OpAMP message and waits for the answer (30 s at most).
    package func exchange(_ message: OpAMPAgentToServer, bearer: String? = nil) async throws -> OpAMPServerToAgent {
        let body: [UInt8] = try message.serializedBytes()
        var headers: HTTPHeaders = ["content-type": OpAMPPath.contentType, "accept-encoding": "gzip"]
        if let bearer { headers.add(name: "authorization", value: "Bearer \(bearer)") }
        let reply = try await call(.POST, OpAMPPath.opamp, headers, body)
        guard reply.status == .ok else { throw Self.refusal(reply, endpoint) }
        do {
            return try OpAMPFraming.decodeBody(reply.body, limit: OpAMPLimits.agentBytes)
        } catch {
            throw LinkError(.malformed, "\(endpoint): \(error)")
        }
    }

    package func close() async { try? await channel.close() }

    func call(
        _ method: HTTPMethod, _ path: String, _ headers: HTTPHeaders, _ body: [UInt8]
    ) async throws -> HTTPReply {
        try await HTTPCall.perform(method, path, headers, body, over: channel, to: endpoint)
    }

    static func refusal(_ reply: HTTPReply, _ endpoint: ServerEndpoint) -> LinkError {
        let text = String(decoding: reply.body.prefix(500).filter { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        return LinkError(
            .refused, "\(endpoint) answered \(reply.status.code) \(reply.status.reasonPhrase): \(text)",
            retryAfter: reply.retryAfter, status: Int(reply.status.code))
    }
}
