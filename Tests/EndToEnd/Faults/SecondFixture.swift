import Foundation
import TestStage

/// The fixture once more, under another id, built by the test.
enum SecondFixture {
    static let id = "martlet.second"

    /// Before server and agent start.
    static func install(in stage: Stage) async throws {
        let folder = stage.pluginsDirectory.appendingPathComponent(id)
        let fixture = Products.root.appendingPathComponent("Plugins/Fixture")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let manifest = try String(contentsOf: fixture.appendingPathComponent("plugin.yaml"), encoding: .utf8)
        try manifest.replacingOccurrences(of: "id: \(StagePlugin.fixture.id)\n", with: "id: \(id)\n")
            .write(to: folder.appendingPathComponent("plugin.yaml"), atomically: true, encoding: .utf8)
        let sources = fixture.appendingPathComponent("Sources")
        let files = try FileManager.default.contentsOfDirectory(atPath: sources.path).filter { $0.hasSuffix(".c") }
        try await Outcome.of(
            URL(fileURLWithPath: "/usr/bin/env"),
            [
                "clang", "-std=gnu11", "-shared", "-fPIC", "-pthread", "-DFIXTURE_ID=\"\(id)\"",
                "-I\(Products.root.path)/Sources/MartletABI/include", "-o",
                folder.appendingPathComponent("plugin.so").path,
            ] + files.map { sources.appendingPathComponent($0).path }
        ).expect(0)
    }
}
