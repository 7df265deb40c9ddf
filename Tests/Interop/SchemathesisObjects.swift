import DesiredState

/// Names of what is on a server that Schemathesis asks, so that not every request ends at "there is no such thing".
struct SchemathesisObjects {
    var device: String
    var run: String
    var order: String
    let group = "servers"
    let policy = "greet"
    let task = "emit"
    let remoteConfig = "collector"
    let applicationSettings = "fixture-web1"
    /// May be deleted and revoked.
    var spareDevice: String
    /// A group, a policy, a task, a remote configuration and a token, which may be deleted.
    let spare = "spare"

    /// The published document with these names as examples of the parameters in its paths; nothing else is changed.
    func examples(in document: JSONValue) -> JSONValue {
        guard var all = document.objectValue, let paths = all["paths"]?.objectValue else { return document }
        all["paths"] = .object(
            Dictionary(
                uniqueKeysWithValues: paths.map { path, operations in
                    (path, .object((operations.objectValue ?? [:]).mapValues { examples($0, at: path) }))
                }))
        return .object(all)
    }

    private func examples(_ operation: JSONValue, at path: String) -> JSONValue {
        guard var members = operation.objectValue, let parameters = members["parameters"]?.arrayValue else {
            return operation
        }
        let takesAway = ["delete", "revoke"].contains { members["operationId"]?.stringValue?.hasPrefix($0) ?? false }
        members["parameters"] = .array(
            parameters.map { parameter in
                guard var members = parameter.objectValue, parameter["in"] == "path",
                    let name = parameter["name"]?.stringValue
                else { return parameter }
                members["example"] = .string(example(name, at: path, takesAway: takesAway))
                return .object(members)
            })
        return .object(members)
    }

    private func example(_ parameter: String, at path: String, takesAway: Bool) -> String {
        switch parameter {
        case "device": takesAway ? spareDevice : device
        case "run": run
        case "order": order
        case "application": "martlet.fixture"
        default: takesAway ? spare : named(path)
        }
    }

    private func named(_ path: String) -> String {
        if path.hasPrefix("/groups") { return group }
        if path.hasPrefix("/remote-configs") { return remoteConfig }
        if path.hasPrefix("/application-settings") { return applicationSettings }
        return path.hasPrefix("/policies") ? policy : task
    }
}
