import DesiredState
import Foundation
import TestStage

/// One run of Schemathesis against a server, from a fixed seed.
struct SchemathesisRun {
    /// Of each operation, made at random.
    private var examples: Int { coversSystematically ? 10 : 60 }
    /// Every boundary of every parameter and body, which takes two minutes: for the role that may do everything.
    private var coversSystematically: Bool { role == "admin" }

    let server: StageServer
    /// nil for nobody.
    let role: String?
    let token: String?
    let objects: SchemathesisObjects

    struct Result {
        var code: Int32
        var cases: Int
        var output: String
    }

    /// `document` is what the server published.
    func perform(_ document: JSONValue) async throws -> Result {
        let folder = server.stage.directory.appendingPathComponent("schemathesis-\(role ?? "nobody")")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let configuration = folder.appendingPathComponent("schemathesis.toml")
        try settings.write(to: configuration, atomically: true, encoding: .utf8)
        let file = folder.appendingPathComponent("openapi.json")
        try Data(CanonicalJSON.encode(objects.examples(in: document))).write(to: file)
        let outcome = try await Outcome.of(
            PythonEnvironment.program("python"),
            [
                "-m", "schemathesis.cli", "--config-file", configuration.path, "run",
                file.path, "--url", "https://127.0.0.1:\(server.operatorPort)/api/v1", "--no-color", "--max-examples",
                "\(examples)",
            ])
        return Result(
            code: outcome.code, cases: Self.cases(outcome.output), output: outcome.output + outcome.errors)
    }

    /// Of "2410 generated, 1 found 1 unique failure".
    private static func cases(_ output: String) -> Int {
        guard let figure = output.firstMatch(of: /([0-9]+) generated/) else { return 0 }
        return Int(figure.1) ?? 0
    }

    private var settings: String {
        """
        seed = 1
        tls-verify = "\(server.stage.path("server/pki/root.pem"))"
        request-timeout = 20
        \(token.map { "[auth.openapi]\ntoken = { bearer = \"\($0)\" }" } ?? "")

        [cache]
        enabled = false

        [generation]
        database = "none"

        # Names come from us and not from answers, so that only the spare objects are deleted on purpose.
        [phases]
        examples = { extra-data-sources = { responses = false } }
        coverage = { enabled = \(coversSystematically), extra-data-sources = { responses = false } }
        fuzzing = { extra-data-sources = { responses = false } }

        # All checks are on. What the document calls valid may still contradict what is there, or a rule that JSON Schema
        # cannot say (5s to 7d, either group or devices): 412 and 422 are right answers to it. 400, 405, 413 and 415 are not.
        [checks.positive_data_acceptance]
        expected-statuses = ["2xx", "401", "403", "404", "409", "412", "422"]

        # A precondition is judged before the body is.
        [checks.negative_data_rejection]
        expected-statuses = ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422"]

        [dictionaries]
        devices = { values = ["\(objects.device)"] }
        runs = { values = ["\(objects.run)"] }
        orders = { values = ["\(objects.order)"] }
        groups = { values = ["\(objects.group)"] }
        policies = { values = ["\(objects.policy)"] }
        remote-configs = { values = ["\(objects.remoteConfig)"] }
        application-settings = { values = ["\(objects.applicationSettings)"] }
        applications = { values = ["martlet.fixture"] }
        tasks = { values = ["\(objects.task)"] }
        spare-devices = { values = ["\(objects.spareDevice)"] }
        spare = { values = ["\(objects.spare)"] }
        short = { values = ["0s", "1s"] }

        [parameters]
        "path.device" = { dictionary = "devices", probability = 0.6 }
        "query.device" = { dictionary = "devices", probability = 0.6 }
        "path.application" = { dictionary = "applications", probability = 0.6 }
        "path.run" = { dictionary = "runs", probability = 0.6 }
        "path.order" = { dictionary = "orders", probability = 0.6 }
        # Nobody waits for a minute, or a day.
        "query.wait" = { dictionary = "short", probability = 1.0 }

        [[operations]]
        include-operation-id = "streamEvents"
        parameters = { "query.for" = "0s" }

        # What takes something away takes the spare ones, so that the others are there to the end.
        [[operations]]
        include-operation-id = ["deleteDevice", "revokeDevice"]
        parameters = { "path.device" = { dictionary = "spare-devices", probability = 0.6 } }

        [[operations]]
        include-operation-id = ["deleteGroup", "deletePolicy", "deleteTask", "deleteRemoteConfig", "deleteToken", "deleteApplicationSettings"]
        parameters = { "path.name" = { dictionary = "spare", probability = 0.6 } }

        [[operations]]
        include-path = ["/groups/{name}"]
        parameters = { "path.name" = { dictionary = "groups", probability = 0.6 } }

        [[operations]]
        include-path = ["/policies/{name}"]
        parameters = { "path.name" = { dictionary = "policies", probability = 0.6 } }

        [[operations]]
        include-path = ["/remote-configs/{name}"]
        parameters = { "path.name" = { dictionary = "remote-configs", probability = 0.6 } }

        [[operations]]
        include-path = ["/application-settings/{name}"]
        parameters = { "path.name" = { dictionary = "application-settings", probability = 0.6 } }

        [[operations]]
        include-path = ["/tasks/{name}", "/tasks/{name}/runs"]
        parameters = { "path.name" = { dictionary = "tasks", probability = 0.6 } }
        """
    }
}
