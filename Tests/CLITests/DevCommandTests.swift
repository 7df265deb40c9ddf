import DesiredState
import Testing

@testable import CLI

@Suite struct DevCommandTests {
    @Test(
        "what is typed on the workbench is understood",
        arguments: [
            ("state", DevCommand.state), ("run greet", .run("greet", .object([:]), waits: true)),
            (#"begin greet {"name": "a b"}"#, .run("greet", ["name": "a b"], waits: false)),
            (#"apply {"a": 1}"#, .apply(["a": 1])), ("restart", .control("restart")), ("exit", .quit),
        ])
    func understands(line: String, command: DevCommand) throws { #expect(try DevCommand.parse(line) == command) }

    @Test("an empty line is nothing, and what is not understood says what could be typed")
    func refuses() throws {
        #expect(try DevCommand.parse("  ") == nil)
        #expect(throws: CLIError.self) { try DevCommand.parse("run") }
        #expect(throws: CLIError.self) { try DevCommand.parse("apply {") }
        let error = #expect(throws: CLIError.self) { try DevCommand.parse("dance") }
        #expect(error?.message.contains("run TASK") == true)
    }
}
