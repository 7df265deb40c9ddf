import DesiredState
import Foundation
import TestStage
import Testing

/// The guides for vendors, followed from an empty folder: their commands are run as they stand there.
@Suite struct PluginGuideTests {
    @Test("a vendor who follows the guide for C comes to a plugin that keeps every rule")
    func followsC() async throws { try await follow("c") }

    @Test("a vendor who follows the guide for Swift comes to a plugin that keeps every rule")
    func followsSwift() async throws { try await follow("swift") }

    @Test(
        "a vendor who follows the guide for Rust comes to a plugin that keeps every rule",
        .enabled(if: PluginGuideTests.cargo != nil, "no cargo here"))
    func followsRust() async throws { try await follow("rust") }

    private static let cargo: URL? = {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let home = FileManager.default.homeDirectoryForCurrentUser.path
        let folders = path.split(separator: ":").map(String.init) + ["\(home)/.cargo/bin"]
        return folders.map { URL(fileURLWithPath: $0).appending(path: "cargo") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }()

    private func follow(_ language: String) async throws {
        let guide = Products.root.appending(path: "docs/write-a-plugin-\(language).md")
        let commands = Self.commands(in: try String(contentsOf: guide, encoding: .utf8))
        #expect(commands.count >= 5, "the guide has commands")
        let directory = FileManager.default.temporaryDirectory.appending(path: "martlet-guide-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let script = directory.appending(path: "guide.sh")
        try (["set -eux", "cd '\(directory.path)'"] + commands).joined(separator: "\n")
            .write(to: script, atomically: true, encoding: .utf8)
        let environment = ProcessInfo.processInfo.environment
        let cargo = Self.cargo.map { ":" + $0.deletingLastPathComponent().path } ?? ""
        let child = try ChildProcess(
            URL(fileURLWithPath: "/bin/sh"), [script.path], log: directory.appending(path: "log"),
            environment: ["PATH": "\(Products.directory.path):\(environment["PATH"] ?? "")\(cargo)"])
        let code = await child.end()
        #expect(code == 0, "the guide ends well:\n\(child.text.suffix(4000))")
        // What the guide shows is what happens.
        for shown in [
            "greet succeeded", "broken  events.accepted", "greetings=1", #"{"greeting":"good day"}"#,
            "signed by CN=Example",
        ] {
            #expect(child.text.contains(shown), "\(shown) is in:\n\(child.text.suffix(4000))")
        }
        try await ship(from: directory.appending(path: "greeter"), language)
    }

    /// What the operator does with what the guide made, until it works on a device.
    private func ship(from folder: URL, _ language: String) async throws {
        let stage = try Stage(plugins: [])
        let server = try await stage.server()
        let agent = try await StageAgent.join(server, extra: "packages: {healthWindow: 1}")
        try await agent.synchronised()
        try await server.operate("set", "device", "web1", "--keep-connection", "on")
        try await server.operate("sync", "web1", "--wait")
        let trust = folder.appending(path: "trust.yaml")
        try """
        serial: 1
        vendors:
          - {name: Example, plugins: [com.example.*], certificates: vendor.pem}
        """.write(to: trust, atomically: true, encoding: .utf8)
        let signed = try await stage.run(
            "martlet",
            [
                "trust", "sign", "-f", trust.path, "--key", stage.path("server/pki/root.key"), "--certificate",
                stage.path("server/pki/root.pem"),
            ])
        try signed.expect(0)
        try await server.apply(signed.output)
        try await server.operate("plugin", "push", folder.appending(path: "com.example.greeter-1.0.0.mpkg").path)
        let begun = ContinuousClock.now
        try await server.apply(
            """
            apiVersion: martlet/v1
            kind: PluginPackage
            metadata: {name: greeter}
            spec: {application: com.example.greeter, version: "1.0.0", group: root}
            """)
        let pid: Int64 = try await eventually("the plugin runs\n\(agent.process.text.suffix(3_000))", within: 60) {
            let plugin = try await agent.plugin("com.example.greeter")
            return plugin["host"] == "running" ? plugin["pid"]?.integerValue : nil
        }
        let rollup = (try? String(contentsOfFile: "/proc/\(pid)/smaps_rollup", encoding: .utf8)) ?? ""
        let memory = ["Rss:", "Pss:"].map { name in
            rollup.split(separator: "\n").first { $0.hasPrefix(name) }.map {
                $0.split(separator: " ").joined(separator: " ")
            } ?? ""
        }
        print("\(language): \(ContinuousClock.now - begun) from apply to running; its process: \(memory)")
        try await server.apply(
            """
            apiVersion: martlet/v1
            kind: Task
            metadata: {name: greet}
            spec: {application: com.example.greeter, task: greet, scope: {group: root}}
            """)
        try await server.operate("run", "greet", "--device", "web1", "--wait")
        try await eventually("its event is there") { try await !server.events(type: "greeted").isEmpty }
    }

    /// The blocks that a reader types.
    static func commands(in guide: String) -> [String] {
        guide.components(separatedBy: "```sh\n").dropFirst().compactMap { $0.components(separatedBy: "```").first }
    }
}
