import AgentCore
import OpAMP

/// The two ways to speak OpAMP, so that one test body runs over both.
enum Transport: CaseIterable, Sendable {
    case http, webSocket

    func open(_ connector: ServerConnector) async throws -> TransportLink {
        switch self {
        case .http: .http(try await HTTPLink.open(connector))
        case .webSocket: .webSocket(try await WebSocketLink.open(connector))
        }
    }
}

enum TransportLink: Sendable {
    case http(HTTPLink)
    case webSocket(WebSocketLink)

    /// Sends a message and returns the next one of the server.
    func exchange(_ message: OpAMPAgentToServer) async throws -> OpAMPServerToAgent {
        switch self {
        case .http(let link): return try await link.exchange(message)
        case .webSocket(let link):
            try await link.send(message)
            for try await answer in link.messages { return answer }
            throw LinkError(.closed, "the server ended the connection without an answer")
        }
    }

    func close() async {
        switch self {
        case .http(let link): await link.close()
        case .webSocket(let link): await link.close()
        }
    }
}
