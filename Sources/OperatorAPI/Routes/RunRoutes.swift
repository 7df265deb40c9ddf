import DesiredState
import DeviceProtocol
import Hummingbird
import ServerCore

/// `/runs`, and starting and cancelling them. `?wait=20s&revision=N` answers as soon as the run is newer than N.
enum RunRoutes {
    static let endpoints = [
        Endpoint(
            .get, "runs", id: "listRuns", .role(.read), "List runs, the newest first.",
            query: EndpointParameter.page + [.device, EndpointParameter("task", "Runs of this task.", Schema.filled)],
            answer: .json(ObjectSchemas.page(of: "Run"), "One page."), failures: [.notFound, .conflict], handler: list),
        Endpoint(
            .get, "runs/{run}", id: "getRun", .role(.read), "Show a run; with `wait`, as soon as there is news of it.",
            query: EndpointParameter.waiting,
            answer: .json(Schema.component("Run"), "The run.", revision: true), handler: read),
        Endpoint(
            .post, "runs/{run}/cancel", id: "cancelRun", .role(.operate), "Cancel a run.",
            answer: .accepted(Schema.object(["orderId": Schema.uid, "runId": Schema.uid]), "The order."),
            failures: [.conflict], handler: cancel),
        Endpoint(
            .post, "tasks/{name}/runs", id: "runTask", .role(.operate),
            "Run a task on all of its scope, or some of it.",
            body: .json(
                Schema.object(
                    ["devices": ["type": "array", "items": Schema.text, "minItems": 1]], required: []), required: false),
            answer: .accepted(
                Schema.object(
                    [
                        "runId": Schema.uid,
                        "runs": Schema.list(of: Schema.object(["runId": Schema.uid, "device": Schema.uid])),
                    ], required: ["runs"]), "One run for each device."), failures: [.conflict], handler: start),
    ]

    private static func list(_ call: EndpointCall) async throws -> Response {
        let page = try await call.services.queries.runs(
            device: try await call.deviceInQuery(), task: call.query.text("task"), page: call.query.page())
        return JSONResponse.list(page.items.map(RunJSON.make), next: page.last.map(Cursor.encode))
    }

    private static func read(_ call: EndpointCall) async throws -> Response {
        let id = try run(call)
        let (wait, revision) = try call.query.waiting()
        let run = try await call.waiting {
            try await call.services.queries.run(
                id, newerThan: revision, feed: call.services.reportFeed, waiting: wait)
        }
        return JSONResponse.make(RunJSON.make(run), revision: run.revision)
    }

    private static func cancel(_ call: EndpointCall) async throws -> Response {
        let id = try run(call)
        let order = try await call.services.actions.cancel(id, by: call.identity)
        return JSONResponse.make(["orderId": .string("\(order)"), "runId": .string("\(id)")], status: .accepted)
    }

    private static func start(_ call: EndpointCall) async throws -> Response {
        let body = try await call.body()
        var devices: [DeviceUID] = []
        for text in try names(body) { devices.append(try await call.services.queries.resolve(text)) }
        let runs = try await call.services.actions.run(call.path("name"), on: devices, by: call.identity)
        let items = runs.map { run -> JSONValue in ["runId": .string("\(run.run)"), "device": .string("\(run.device)")]
        }
        return JSONResponse.make(
            .object(fields: ["runId": runs.count == 1 ? items[0]["runId"] : nil, "runs": .array(items)]),
            status: .accepted)
    }

    /// Empty without the member, which means all of the task's scope. A list that is empty meant none, not all.
    private static func names(_ body: [String: JSONValue]) throws(CoreError) -> [String] {
        guard let given = body["devices"] else { return [] }
        let names = given.arrayValue ?? []
        let texts = names.compactMap(\.stringValue)
        guard texts.count == names.count, !texts.isEmpty else {
            throw BodyReader.wrong("devices", "a list of devices, at least one", given.typeName)
        }
        return texts
    }

    private static func run(_ call: EndpointCall) throws -> RunID {
        let text = try call.path("run")
        guard let id = RunID(text) else { throw CoreError(.notFound, "no run \"\(text)\"") }
        return id
    }
}
