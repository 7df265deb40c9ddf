import ArgumentParser
import DesiredState
import Testing

@testable import CLI

@Suite struct CommandTests {
    @Test(
        "every command that does something has examples in its help",
        arguments: [
            "get devices", "get groups", "get policies", "get tasks", "get runs", "get events", "get software",
            "get statistics",
            "get tokens", "describe device", "apply", "delete", "sync", "run", "cancel", "app start", "app stop",
            "app restart",
            "watch events", "token create", "token revoke", "set device", "context set", "context use", "context list",
            "plugin new", "plugin dev", "plugin check", "plugin sdk",
        ])
    func examples(verb: String) throws {
        let message = Martlet.helpMessage(for: try subcommand(verb.split(separator: " ").map(String.init)))
        #expect(message.contains("EXAMPLES\n  martlet ") || message.contains("EXAMPLES\n  martlet get policies"))
    }

    private func subcommand(_ path: [String]) throws -> any ParsableCommand.Type {
        try path.reduce(Martlet.self as any ParsableCommand.Type) { parent, name in
            try #require(
                parent.configuration.subcommands.first { $0.configuration.commandName == name }, "no command \(name)")
        }
    }

    @Test(
        "wrong usage is found before anything is done",
        arguments: [
            ["set", "device", "web-1"], ["set", "device", "web-1", "--sync-interval", "soon"], ["token", "create"],
            ["token", "create", "--group", "a", "--role", "read"], ["apply"], ["app", "start", "x"],
            ["watch", "events", "--count", "0"],
            ["get", "events", "--limit", "0"], ["delete", "planet", "x"], ["get", "devices", "--timeout", "5"],
            ["token", "create", "--role", "boss"], ["get", "events", "--severity", "loud"],
            ["set", "device", "web-1", "--priority", "5000"], ["set", "device", "web-1", "--sync-interval", "1s"],
            ["token", "create", "--group", "a", "--uses", "0"],
            ["token", "create", "--role", "read", "--expires", "1s"],
        ])
    func usage(arguments: [String]) { #expect(throws: (any Error).self) { try Martlet.parseAsRoot(arguments) } }

    @Test(
        "an option's wrong value is named with the option and what it expects",
        arguments: [
            (["get", "devices", "--timeout", "5"], ["--timeout", "a duration like 30s"]),
            (["token", "create", "--role", "boss"], ["--role", "operate"]),
            (["get", "events", "--severity", "loud"], ["--severity", "critical"]),
            (["set", "device", "web-1", "--priority", "5000"], ["--priority", "-1000 to 1000"]),
        ])
    func usageText(arguments: [String], words: [String]) {
        let error = #expect(throws: (any Error).self) { try Martlet.parseAsRoot(arguments) }
        let text = error.map { Martlet.message(for: $0) } ?? ""
        for word in words { #expect(text.contains(word), "\(text)") }
    }

    @Test(
        "singular and plural are the same",
        arguments: [
            (["get", "device", "vm"], GetDevices.self as any ParsableCommand.Type),
            (["get", "policies"], GetPolicies.self),
            (["get", "policy", "x"], GetPolicies.self), (["get", "group", "x"], GetGroups.self),
            (["get", "task", "x"], GetTasks.self), (["get", "token", "x"], GetTokens.self),
            (["get", "run", "x"], GetRuns.self), (["get", "event"], GetEvents.self),
            (["describe", "devices", "vm"], DescribeDevice.self), (["describe", "policy", "x"], DescribePolicy.self),
            (["describe", "task", "x"], DescribeTask.self), (["describe", "groups", "x"], DescribeGroup.self),
            (["delete", "policies", "x"], Delete.self),
        ])
    func plural(arguments: [String], command: any ParsableCommand.Type) throws {
        #expect(type(of: try Martlet.parseAsRoot(arguments)) == command)
    }

    @Test("set device says when it takes effect, unless the device is connected")
    func effect() {
        #expect(SetDevice.note(["status": ["presence": "connected"]], "vm") == nil)
        let note = SetDevice.note(["status": ["presence": "periodic", "nextSync": "2026-11-24T21:18:27.387Z"]], "vm")
        #expect(note?.contains("2026-11-24T21:18:27.387Z") == true && note?.contains("\"martlet sync vm\"") == true)
    }

    @Test("what the server says of fields is said of options")
    func options() {
        let problem = APIProblem(
            status: 422,
            json: [
                "detail": "the manifests cannot be applied",
                "errors": [["path": "spec.group", "expected": "an existing group", "got": "no group \"x\""]],
            ])
        #expect(problem.namingOptions?.message == "--group: expected an existing group, got no group \"x\"")
        #expect(APIProblem(status: 404, json: ["detail": "no device"]).namingOptions == nil)
    }

    @Test("a context that cannot be used yet says what it has not got")
    func missing() {
        #expect(ContextSet.missing(ClientContext(server: "https://a:1", token: "t", rootCertificate: "r")) == nil)
        let text = ContextSet.missing(ClientContext(server: "https://a:1"))
        #expect(text?.contains("--token-file") == true && text?.contains("--root-certificate") == true)
    }

    @Test("a certificate of another authority is named without the library's words")
    func certificate() {
        struct Failure: Error, CustomStringConvertible {
            let description =
                "handshakeFailed(sslError([Error: 268435581 error:1000007d:SSL:CERTIFICATE_VERIFY_FAILED]))"
        }
        #expect(
            APIClient.explain(Failure())
                == "its certificate does not chain to the root certificate (--root-certificate)")
    }

    @Test("set device changes what was given, and inherit gives it back to the group")
    func patch() throws {
        let command = try #require(
            try Martlet.parseAsRoot(["set", "device", "web-1", "--keep-connection", "on", "--sync-interval", "inherit"])
                as? SetDevice)
        #expect(command.patch == ["keepConnection": true, "syncInterval": .null])
    }
}
