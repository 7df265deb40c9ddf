public import MartletPluginKit

/// A whole plugin: settings, state, statistics, one task that can be cancelled, one event.
public actor GreeterPlugin: ApplicationPlugin {
    public static let identity = PluginIdentity(id: "com.example.greeter", name: "Greeter", version: "1.0.0")

    /// As the schema in plugin.yaml has them; defaults are filled in before.
    public struct Settings: Codable, Sendable, Hashable {
        public var greeting: String
    }

    /// The task's parameters, as plugin.yaml has them.
    struct Greeted: Codable, Sendable {
        var name: String
    }

    private let host: Host
    private let since: Int64
    private var settings: Settings?
    private var greetings = 0

    public init(host: Host, local: [String: String]) {
        self.host = host
        since = WallClock.microseconds
    }

    public func activate(_ settings: Settings) { self.settings = settings }

    public func apply(_ settings: Settings) { self.settings = settings }

    public func settingsInForce() throws -> Settings {
        guard let settings else { throw PluginFailure(.failedPrecondition, "no settings were applied yet") }
        return settings
    }

    public func state() -> [InstanceState] {
        [InstanceState(state: .running, version: "1.0.0", details: ["greeting": .text(settings?.greeting ?? "")])]
    }

    public func statistics() -> [InstanceStatistics] {
        [InstanceStatistics(values: [.counter("greetings", Double(greetings), since: since)])]
    }

    public nonisolated var tasks: [PluginTask] {
        [PluginTask("greet") { (parameters: Greeted, run) in try await self.greet(parameters.name, run) }]
    }

    /// When the run is cancelled, sleeping throws, and the run ends as cancelled.
    private func greet(_ name: String, _ run: TaskRun) async throws -> Nothing {
        for step in 1...3 {
            run.report(percent: 25 * step, "clearing the throat")
            try await Task.sleep(for: .milliseconds(20))
        }
        let greeting = Greeting(settings?.greeting ?? "", to: name)
        try await host.emitDurably(Event("greeted", .info, greeting.text, arguments: ["name": .text(name)]))
        greetings += 1
        return Nothing()
    }
}
