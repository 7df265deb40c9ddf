import Foundation
import PluginTestBench
import TestStage
import Testing

/// `Interface/abi.txt` against headers that somebody changed.
@Suite struct InterfaceBaselineTests {
    @Test("the headers are as noted")
    func isAsNoted() async throws {
        let (code, text) = try await check { _, _ in }
        #expect(code == 0, "\(text)")
    }

    @Test(
        "a change that breaks plugins is told, with what was there before",
        arguments: [
            ("ext/events.h", "    int32_t severity;\n", "", "-martlet_event.severity = at 4: int32_t"),
            ("ext/events.h", "MARTLET_SEVERITY_INFO = 1", "MARTLET_SEVERITY_INFO = 7", "-MARTLET_SEVERITY_INFO = 1"),
            ("call.h", "uint64_t id;", "uint32_t id;", "-martlet_call.id = at 8: uint64_t"),
            ("ext/tasks.h", "martlet.tasks/1", "martlet.tasks/2", "-MARTLET_EXT_TASKS = \"martlet.tasks/1\""),
        ])
    func breaks(header: String, from: String, to: String, told: String) async throws {
        let (code, text) = try await check { try Self.replace(from, to, in: "\($0)/martlet/\(header)", $1) }
        #expect(code == 1)
        #expect(text.contains(told) && text.contains("break plugins"), "\(text)")
    }

    @Test("what was appended is told as growth, to be noted")
    func grows() async throws {
        let (code, text) = try await check {
            try Self.replace(
                "} martlet_host_state;", "    void (*later)(const martlet_host *host);\n} martlet_host_state;",
                in: "\($0)/martlet/ext/state.h", $1)
        }
        #expect(code == 1)
        #expect(text.contains("+martlet_host_state.later = at 16") && text.contains("make interface"), "\(text)")
        #expect(!text.contains("break plugins"), "\(text)")
    }

    private static func replace(_ from: String, _ to: String, in path: String, _ manager: FileManager) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try #require(text.contains(from))
        try text.replacing(from, with: to).write(toFile: path, atomically: true, encoding: .utf8)
    }

    /// The check's exit code and words, about a copy of the headers that was changed.
    private func check(_ change: (String, FileManager) throws -> Void) async throws -> (Int32, String) {
        let directory = try TemporaryDirectory()
        let include = directory.path + "/include"
        try FileManager.default.copyItem(atPath: "\(Built.sources)/Sources/MartletABI/include", toPath: include)
        try change(include, .default)
        let child = try ChildProcess(
            URL(fileURLWithPath: "/usr/bin/env"),
            [
                "python3", "\(Built.sources)/Interface/interface.py", "check", "--only", "abi", "--include", include,
            ], log: URL(fileURLWithPath: directory.path + "/log"))
        let code = await child.end()
        return (code, child.text)
    }
}
