import DesiredState
import DeviceProtocol
import Hummingbird
import ServerCore
import ServiceLifecycle

/// `/runs`, and starting and cancelling them. `?wait=20s&revision=N` answers as soon as the run is newer than N.
struct RunRoutes {
    /// Seconds.
    static let longestWait: Int64 = 60

    let services: OperatorServices

    func add(to api: RouterGroup<OperatorContext>) {
        api.get("runs", use: list)
        api.get("runs/:run", use: read)
        api.post("runs/:run/cancel", use: cancel)
        api.post("tasks/:name/runs", use: start)
    }

    @Sendable private func list(_ request: Request, _ context: OperatorContext) async throws -> Response {
        _ = try context.require(.read)
        let query = try QueryReader(request, allowing: ["limit", "after", "device", "task"])
        let page = try await services.queries.runs(
            device: try await device(query), task: query.text("task"), page: query.page())
        return JSONResponse.list(page.items.map(RunJSON.make), next: page.last.map(Cursor.encode))
    }

    private func device(_ query: QueryReader) async throws -> DeviceUID? {
        guard let text = query.text("device") else { return nil }
        return try await services.queries.resolve(text)
    }

    @Sendable private func read(_ request: Request, _ context: OperatorContext) async throws -> Response {
        _ = try context.require(.read)
        let query = try QueryReader(request, allowing: ["wait", "revision"])
        let id = try Self.run(context)
        let wait = try query.duration("wait", longest: Self.longestWait) ?? 0
        let revision = try query.integer("revision", in: 0...Int64.max) ?? 0
        let run = try await Self.untilShutdown {
            try await services.queries.run(id, newerThan: revision, feed: services.reportFeed, waiting: .seconds(wait))
        }
        return JSONResponse.make(RunJSON.make(run), revision: run.revision)
    }

    @Sendable private func cancel(_ request: Request, _ context: OperatorContext) async throws -> Response {
        let identity = try context.require(.operate)
        let id = try Self.run(context)
        let order = try await services.actions.cancel(id, by: identity)
        return JSONResponse.make(["orderId": .string("\(order)"), "runId": .string("\(id)")], status: .accepted)
    }

    @Sendable private func start(_ request: Request, _ context: OperatorContext) async throws -> Response {
        let identity = try context.require(.operate)
        let body = try await BodyReader.object(request, allowing: ["devices"])
        let names = body["devices"]?.arrayValue ?? []
        let texts = names.compactMap(\.stringValue)
        guard texts.count == names.count, body["devices"].map({ $0.arrayValue != nil }) ?? true else {
            throw BodyReader.wrong("devices", "a list of devices", body["devices"]?.typeName ?? "nothing")
        }
        var devices: [DeviceUID] = []
        for text in texts { devices.append(try await services.queries.resolve(text)) }
        let runs = try await services.actions.run(context.parameters.require("name"), on: devices, by: identity)
        let items = runs.map { run -> JSONValue in ["runId": .string("\(run.run)"), "device": .string("\(run.device)")]
        }
        return JSONResponse.make(
            .object(fields: ["runId": runs.count == 1 ? items[0]["runId"] : nil, "runs": .array(items)]),
            status: .accepted)
    }

    private static func run(_ context: OperatorContext) throws -> RunID {
        let text = try context.parameters.require("run")
        guard let id = RunID(text) else { throw CoreError(.notFound, "no run \"\(text)\"") }
        return id
    }

    /// A wait ends when the server stops.
    static func untilShutdown<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
        try await cancelWhenGracefulShutdown(body)
    }
}
