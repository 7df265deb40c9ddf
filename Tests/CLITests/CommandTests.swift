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
            "watch events", "token create", "set device", "context set", "context use", "context list",
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
        ])
    func usage(arguments: [String]) { #expect(throws: (any Error).self) { try Martlet.parseAsRoot(arguments) } }

    @Test("set device changes what was given, and inherit gives it back to the group")
    func patch() throws {
        let command = try #require(
            try Martlet.parseAsRoot(["set", "device", "web-1", "--keep-connection", "on", "--sync-interval", "inherit"])
                as? SetDevice)
        #expect(command.patch == ["keepConnection": true, "syncInterval": .null])
    }
}
