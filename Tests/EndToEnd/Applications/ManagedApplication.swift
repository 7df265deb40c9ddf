import DesiredState
import Foundation
import Glibc
import TestStage

/// An application that a plugin manages for an agent without privilege: what the tests do with any of them.
struct ManagedApplication {
    static let user = "nobody"

    let server: StageServer
    let agent: StageAgent
    let plugin: String

    /// The plugin's process.
    func host() async throws -> Int32 {
        try await eventually("\(plugin) runs\n\(log)", within: 60) {
            let found = try await agent.plugin(plugin)
            return found["host"] == "running" ? found["pid"]?.integerValue.map { Int32($0) } : nil
        }
    }

    var log: String { String(agent.process.text.suffix(3_000)) }

    /// Who a process is.
    static func user(of pid: Int32) throws -> uid_t? {
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("Uid:") }
        return line?.split(separator: "\t").dropFirst().first.flatMap { uid_t($0) }
    }

    /// Applies settings for all devices and waits until they are what they were not before, `applied` or `failed`; the reason.
    @discardableResult
    func apply(_ settings: String, becomes status: String) async throws -> String {
        try await server.apply(
            """
            apiVersion: martlet/v1
            kind: Policy
            metadata: {name: managed}
            spec:
              application: \(plugin)
              group: root
              settings:
            \(settings.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
            """)
        return try await eventually("the settings are \(status)\n\(log)", within: 60) {
            let entry = try await server.entry(plugin, of: agent.name)
            return entry?["status"]?.stringValue == status ? entry?["reason"]?.stringValue ?? "" : nil
        }
    }

    /// `martlet app start|stop|restart … --wait`.
    func control(_ action: String, instance: String? = nil) async throws -> Outcome {
        let name = instance.map { "\(plugin)#\($0)" } ?? plugin
        return try await server.martlet(["app", action, name, "--device", agent.name, "--wait"])
    }

    /// Runs a task to its end; the run's status.
    func run(_ task: String, parameters: String = "{}") async throws -> JSONValue {
        try await server.apply(
            """
            apiVersion: martlet/v1
            kind: Task
            metadata: {name: \(task)}
            spec:
              application: \(plugin)
              task: \(task)
              parameters: \(parameters)
              scope: {group: root}
              schedule: {manual: true}
            """)
        _ = try await server.martlet(["run", task, "--device", agent.name, "--wait"])
        return try await server.get("runs").first { $0["spec"]?["taskName"]?.stringValue == task }?["status"] ?? .null
    }

    /// Waits until an instance of it is in a state. A change of state alone waits for the next contact: so there is one.
    @discardableResult
    func becomes(_ state: String, instance: String? = nil) async throws -> JSONValue {
        try await eventually("\(plugin)\(instance.map { "#\($0)" } ?? "") is \(state)\n\(log)", within: 60) {
            try await server.operate("sync", agent.name, "--wait")
            return try await server.device(agent.name)["status"]?["applications"]?.arrayValue?.first {
                $0["application"]?.stringValue == plugin && $0["instance"]?.stringValue == instance
                    && $0["status"]?.stringValue == state
            }
        }
    }

    /// Gives the application's secret `password` a value.
    func set(password: String) async throws {
        try await server.apply(
            """
            apiVersion: martlet/v1
            kind: Secret
            metadata: {name: password}
            spec: {application: \(plugin), scope: {group: root}}
            """)
        try await server.operate("set", "secret", "password", "--value-file", "-", input: password)
    }

    /// Runs a program to its end, as somebody else when that is said; what it printed.
    @discardableResult
    static func program(_ arguments: [String], as user: String? = nil) async throws -> String {
        let prefix = user.map { ["/usr/bin/setpriv", "--reuid=\($0)", "--regid=\($0)", "--clear-groups"] } ?? []
        let words = prefix + arguments
        let outcome = try await Outcome.of(URL(fileURLWithPath: words[0]), Array(words.dropFirst()))
        try outcome.expect(0)
        return outcome.output
    }

    /// The process whose number a service wrote.
    static func pid(in file: String) -> Int32? {
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        return Int32(text.prefix { $0.isNumber })
    }

    /// Ends a service that a failed test left.
    static func end(_ file: String, signal: Int32 = SIGKILL) {
        if let pid = pid(in: file), !ProcessState.isOver(pid) { kill(pid, signal) }
    }
}
