import MartletPluginKit
import Testing

/// Short-lived programs of a plugin.
struct CommandTests {
    @Test("lines of output and errors come in order, empty ones left out, and the exit code with them")
    func gathers() async throws {
        let outcome = try await Command.run("/bin/sh", ["-c", "echo one; echo; echo two >&2; exit 3"])
        #expect(outcome == Command.Outcome(exitCode: 3, lines: ["one", "two"]))
    }

    @Test("a program that takes too long is ended, and its exit code says by what")
    func ends() async throws {
        let outcome = try await Command.run("/bin/sleep", ["1000"], atMost: .milliseconds(50))
        #expect(outcome.exitCode == 128 + 15)
    }

    @Test("a program is given no environment of the plugin's process")
    func environment() async throws {
        let outcome = try await Command.run("/usr/bin/env", [])
        #expect(outcome.lines == ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"])
    }

    @Test("a program that is not there is an error with its name")
    func missing() async {
        await #expect { try await Command.run("/nowhere/program", []) } throws: {
            "\($0)" == "/nowhere/program: No such file or directory"
        }
    }
}
