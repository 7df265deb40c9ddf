import Foundation
import TestStage
import Testing

/// The C plugin that `martlet plugin new` makes, by the other of its two ways to be built: a stock CMake with the package
/// files of the SDK, which has been moved before.
@Suite struct CMakeProjectTests {
    @Test(
        "CMake finds the SDK, builds the plugin, and runs its tests",
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: PythonEnvironment.program("cmake").path),
            Comment(rawValue: PythonEnvironment.reason)))
    func builds() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "martlet-cmake-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let script = directory.appending(path: "build.sh")
        try """
        set -eux
        cd '\(directory.path)'
        martlet plugin sdk made
        mv made moved
        martlet plugin new --language c com.example.web-cache --sdk "$PWD/moved"
        cd web-cache
        cmake -B build/cmake
        cmake --build build/cmake
        ctest --test-dir build/cmake --no-tests=error
        martlet plugin check build/cmake/com.example.web-cache
        """.write(to: script, atomically: true, encoding: .utf8)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let tools = PythonEnvironment.directory.appending(path: "bin").path
        let child = try ChildProcess(
            URL(fileURLWithPath: "/bin/sh"), [script.path], log: directory.appending(path: "log"),
            environment: ["PATH": "\(Products.directory.path):\(tools):\(path)"])
        let code = await child.end()
        #expect(code == 0, "\(child.text.suffix(3000))")
        #expect(
            child.text.contains("100% tests passed") && child.text.contains(", 0 broken"), "\(child.text.suffix(3000))")
    }
}
