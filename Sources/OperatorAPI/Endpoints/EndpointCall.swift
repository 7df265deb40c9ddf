import DesiredState
import DeviceProtocol
import Hummingbird
import ServerCore
import ServiceLifecycle

/// A request to an endpoint, from somebody who may make it.
struct EndpointCall: Sendable {
    let endpoint: Endpoint
    let services: OperatorServices
    let request: Request
    let query: QueryReader
    /// nil only where everyone may come.
    let admission: OperatorAdmission?
    private let path: Parameters

    /// Throws unless the operator may, and unless query and type of the body are what the endpoint takes.
    init(_ endpoint: Endpoint, services: OperatorServices, request: Request, context: OperatorContext) throws {
        let values = QueryReader.parse(request.uri.query ?? "")
        let dryRun = values?.contains { $0.name == "dryRun" && $0.value == "true" } ?? false
        try endpoint.access.check(context.admission?.identity, dryRun: dryRun)
        query = try QueryReader(values, allowing: endpoint.query.map(\.name))
        try endpoint.body?.check(request)
        self.endpoint = endpoint
        self.services = services
        self.request = request
        admission = context.admission
        path = context.parameters
    }

    var identity: OperatorIdentity {
        get throws(Unauthenticated) {
            guard let admission else { throw Unauthenticated(reason: "nobody is signed in") }
            return admission.identity
        }
    }

    /// A part of the path, decoded.
    func path(_ name: String) throws -> String {
        let raw = try path.require(name)
        guard let text = PercentEncoding.decode(raw) else {
            throw CoreError(.notFound, "nothing is called \"\(raw)\"")
        }
        return text
    }

    /// The device that the path names.
    func device() async throws -> DeviceUID { try await services.queries.resolve(path("device")) }

    /// The run that the path names, whether or not there is one.
    func run() throws -> RunID {
        let text = try path("run")
        guard let id = RunID(text) else { throw CoreError(.notFound, "no run \"\(text)\"") }
        return id
    }

    /// The device that the query names, if it does.
    func deviceInQuery() async throws -> DeviceUID? {
        guard let text = query.text("device") else { return nil }
        return try await services.queries.resolve(text)
    }

    func body() async throws -> [String: JSONValue] {
        try await BodyReader.object(request, allowing: Set(endpoint.body.map { Schema.members($0.schema) } ?? []))
    }

    /// Something that may take long: it ends when the server stops and when the caller's token does, and its result is for who
    /// may still come in then.
    func waiting<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
        guard let admission else { return try await cancelWhenGracefulShutdown(body) }
        let tokens = services.operatorTokens
        let result = try await cancelWhenGracefulShutdown {
            try await withThrowingTaskGroup(of: T?.self) { group in
                group.addTask { try await body() }
                group.addTask {
                    try await tokens.waitForEnd(of: admission)
                    return nil
                }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
        }
        guard let result, try await tokens.stands(admission) else { throw Unauthenticated.ended }
        return result
    }
}
