import Hummingbird
import ServerCore

/// One request that the interface knows: what the router registers and what the OpenAPI document says are both made of
/// this, so they cannot disagree.
struct Endpoint: Sendable {
    typealias Handler = @Sendable (EndpointCall) async throws -> Response

    /// `operationId` of the document; clients name their methods after it.
    let id: String
    let method: HTTPRequest.Method
    /// Below `OperatorRouter.root`, with parameters as `{name}`.
    let path: String
    let access: EndpointAccess
    let summary: String
    let query: [EndpointParameter]
    let headers: [EndpointParameter]
    let body: EndpointBody?
    let answer: EndpointAnswer
    /// How it may fail beside what every endpoint like it may.
    let failures: Set<EndpointFailure>
    let handler: Handler

    init(
        _ method: HTTPRequest.Method, _ path: String, id: String, _ access: EndpointAccess, _ summary: String,
        query: [EndpointParameter] = [], headers: [EndpointParameter] = [], body: EndpointBody? = nil,
        answer: EndpointAnswer, failures: Set<EndpointFailure> = [], handler: @escaping Handler
    ) {
        self.id = id
        self.method = method
        self.path = path
        self.access = access
        self.summary = summary
        self.query = query
        self.headers = headers
        self.body = body
        self.answer = answer
        self.failures = failures
        self.handler = handler
    }

    /// Names of the parameters in its path, in their order.
    var pathParameters: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }

    /// Every failure that it answers with.
    var allFailures: Set<EndpointFailure> {
        // An unknown query parameter, and a store that cannot be used, can meet any of them.
        var all = failures.union([.invalid, .unavailable])
        if access != .everyone { all.insert(.unauthenticated) }
        if access.most > .read { all.insert(.notAllowed) }
        if body != nil { all.formUnion([.tooLarge, .mediaType]) }
        if !pathParameters.isEmpty { all.insert(.notFound) }
        return all
    }

    /// Whether a path of a request, below the root, is one of this endpoint's.
    func matches(_ components: [Substring]) -> Bool {
        let own = path.split(separator: "/")
        return own.count == components.count && zip(own, components).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
}
