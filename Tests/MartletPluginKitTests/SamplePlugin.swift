import MartletPluginKit

/// A plugin as a vendor would write it, with a task and a setting for each thing a test wants to see.
actor SamplePlugin: ApplicationPlugin {
    static let identity = PluginIdentity(id: "com.example.sample", name: "Sample", version: "2.1")

    struct Settings: Codable, Sendable, Hashable {
        var level: Int
        var names: [String]
    }

    struct Parameters: Codable, Sendable { var count: Int }
    struct Outcome: Codable, Sendable { var sum: Int }

    private let host: Host
    private let place: String
    private var settings: Settings?

    init(host: Host, local: [String: String]) throws {
        guard let place = local["place"] else { throw PluginFailure(.failedPrecondition, "no place") }
        self.host = host
        self.place = place
    }

    nonisolated func validate(_ settings: Settings) throws {
        if settings.level > 9 { throw PluginFailure(.invalidArgument, "too high", pointer: "/level", isRetryable: true) }
    }

    func activate(_ settings: Settings) async throws { self.settings = settings }

    func apply(_ settings: Settings) async throws {
        if settings.level == 7 { try await Task.sleep(for: .seconds(600)) }
        try await host.write(Array("level=\(settings.level)".utf8), to: "\(place)/conf")
        try await host.service(.restart, unit: "sample")
        self.settings = settings
    }

    func settingsInForce() async throws -> Settings {
        guard let settings else { throw PluginFailure(.failedPrecondition, "none") }
        return settings
    }

    func state() async throws -> [InstanceState] {
        [InstanceState(instance: "main", state: .running, version: "9", details: ["place": .text(place), "ok": true])]
    }

    func control(_ action: ControlAction, instance: String) async throws {
        guard action != .stop else { throw PluginFailure(.permissionDenied, "never") }
    }

    func statistics() async throws -> [InstanceStatistics] {
        [InstanceStatistics(values: [.counter("done", 3, since: 11), .gauge("depth{a}", 1.5)])]
    }

    nonisolated var tasks: [PluginTask] {
        [
            PluginTask("sum") { (parameters: Parameters, run) in
                var sum = 0
                for number in 1...parameters.count {
                    sum += number
                    run.report(percent: number * 100 / parameters.count, "\(number)")
                }
                return Outcome(sum: sum)
            },
            PluginTask("wait") { (_: Nothing, _) in
                try await Task.sleep(for: .seconds(600))
                return Nothing()
            },
            PluginTask("emit") { (_: Nothing, _) in
                try await self.host.emitDurably(
                    Event("thing.happened", .failure, "it happened", arguments: ["n": 1], id: EventID(naming: "one"), time: 5))
                return Nothing()
            },
            PluginTask("store") { (_: Nothing, _) in
                guard try await self.host.stored("missing") == nil else { throw PluginFailure(.internalError, "found") }
                try await self.host.store(Array("kept".utf8), under: "key")
                return String(decoding: try await self.host.stored("key") ?? [], as: UTF8.self)
            },
        ]
    }
}
