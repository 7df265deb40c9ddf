import DesiredState
import DeviceProtocol
import Hummingbird
import ServerCore

/// `/runs`, and starting and cancelling them. `?wait=20s&revision=N` answers as soon as the run is newer than N.
enum RunRoutes {
    static let endpoints = [
        Endpoint(
            .get, "runs", id: "listRuns", .role(.read), "List runs, the newest first.",
            query: EndpointParameter.page + [
                .device, EndpointParameter("task", "Runs of this task.", Schema.filled),
                EndpointParameter("launch", "Runs of this launch.", Schema.uid),
                EndpointParameter("state", "Runs in this state.", Schema.choice(RunState.allCases.map(\.name))),
            ],
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
                        "runId": Schema.uid, "launchId": Schema.uid, "devices": Schema.count,
                        "runs": Schema.list(of: Schema.object(["runId": Schema.uid, "device": Schema.uid])),
                    ], required: ["launchId", "devices", "runs"]),
                "One run for each device; of more than a thousand devices the first, and the others follow."),
            failures: [.conflict], handler: start),
        Endpoint(
            .get, "launches/{launch}", id: "getLaunch", .role(.read),
            "Show how far the runs of a launch are; with `wait`, as soon as that is another.",
            query: EndpointParameter.waiting,
            answer: .json(Schema.component("Launch"), "The launch.", revision: true), handler: launch),
        Endpoint(
            .post, "launches/{launch}/stop", id: "stopLaunch", .role(.operate),
            "Begin no further run of a launch, and cancel those that are not over.",
            answer: .accepted(Schema.object(["devices": Schema.count]), "Devices that were told."), handler: stopLaunch),
        Endpoint(
            .post, "tasks/{name}/stop", id: "stopTask", .role(.operate), "Cancel every run of a task that is not over.",
            answer: .accepted(Schema.object(["devices": Schema.count]), "Devices that were told."), handler: stopTask),
    ]

    private static func list(_ call: EndpointCall) async throws -> Response {
        let page = try await call.services.queries.runs(
            device: try await call.deviceInQuery(), task: call.query.text("task"),
            launch: call.query.identifier("launch"),
            state: call.query.choice("state", RunState.allCases.map(\.name)).flatMap { name in
                RunState.allCases.first { $0.name == name }
            }, page: call.query.page())
        return JSONResponse.list(page.items.map(RunJSON.make), next: page.last.map(Cursor.encode))
    }

    private static func read(_ call: EndpointCall) async throws -> Response {
        let id = try call.run()
        let (wait, revision) = try call.query.waiting()
        let run = try await call.waiting {
            try await call.services.queries.run(
                id, newerThan: revision, feed: call.services.reportFeed, waiting: wait)
        }
        return JSONResponse.make(RunJSON.make(run), revision: run.revision)
    }

    private static func cancel(_ call: EndpointCall) async throws -> Response {
        let id = try call.run()
        let order = try await call.services.actions.cancel(id, by: call.identity)
        return JSONResponse.make(["orderId": .string("\(order)"), "runId": .string("\(id)")], status: .accepted)
    }

    private static func start(_ call: EndpointCall) async throws -> Response {
        let body = try await call.body()
        var devices: [DeviceUID] = []
        for text in try names(body) { devices.append(try await call.services.queries.resolve(text)) }
        let (launch, runs) = try await call.services.actions.run(call.path("name"), on: devices, by: call.identity)
        let total = try await call.services.queries.launch(launch).devices
        let items = runs.map { run -> JSONValue in ["runId": .string("\(run.run)"), "device": .string("\(run.device)")]
        }
        return JSONResponse.make(
            .object(
                fields: [
                    "runId": runs.count == 1 ? items[0]["runId"] : nil, "launchId": .string("\(launch)"),
                    "devices": .integer(total), "runs": .array(items),
                ]),
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

    private static func launch(_ call: EndpointCall) async throws -> Response {
        let id = try launchID(call)
        let (wait, revision) = try call.query.waiting()
        let launch = try await call.waiting {
            try await call.services.queries.launch(
                id, newerThan: revision, feed: call.services.reportFeed, waiting: wait)
        }
        return JSONResponse.make(LaunchJSON.make(launch), revision: launch.revision)
    }

    private static func stopLaunch(_ call: EndpointCall) async throws -> Response {
        let told = try await call.services.actions.stop(launch: launchID(call), by: call.identity)
        return JSONResponse.make(["devices": .integer(Int64(told))], status: .accepted)
    }

    private static func stopTask(_ call: EndpointCall) async throws -> Response {
        let told = try await call.services.actions.stop(task: call.path("name"), by: call.identity)
        return JSONResponse.make(["devices": .integer(Int64(told))], status: .accepted)
    }

    private static func launchID(_ call: EndpointCall) throws -> Identifier {
        let text = try call.path("launch")
        guard let id = Identifier(text) else { throw CoreError(.notFound, "no launch \"\(text)\"") }
        return id
    }
}
