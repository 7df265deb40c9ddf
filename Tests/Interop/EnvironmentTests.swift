import Foundation
import TestStage
import Testing

@Suite(.enabled(if: PythonEnvironment.isThere, Comment(rawValue: PythonEnvironment.reason)))
struct EnvironmentTests {
    @Test("other people's clients are installed") func imports() async throws {
        let outcome = try await Outcome.of(
            PythonEnvironment.program("python"), ["-c", "import opentelemetry._opamp.client, websockets, schemathesis"])
        try outcome.expect(0)
    }
}
