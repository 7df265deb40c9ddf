internal import FoundationEssentials
public import MartletPluginKit

/// nginx: its state, its figures, and a file of its configuration.
public actor NginxPlugin: ApplicationPlugin {
    public static let identity = PluginIdentity(id: "martlet.nginx", name: "nginx", version: "1.0.0")

    public struct Settings: Codable, Sendable {
        let values: NginxSettings

        package init(_ values: NginxSettings) { self.values = values }
        public init(from decoder: any Decoder) throws { values = try NginxSettings(from: decoder) }
        public func encode(to encoder: any Encoder) throws { try values.encode(to: encoder) }
    }

    /// How long nginx may take, once it was started, to be a master process.
    private static let startPatience: Duration = .seconds(5)

    let host: Host
    let installation: Installation
    private var settings: NginxSettings?
    private var watch = NginxWatch()
    private var version = ""
    /// Starts and stops that were asked for and are under way.
    private var requests = 0
    /// What is wrong with the configuration as it lies on the disk, by the last test of it.
    var configurationProblem: String?
    private let turns = Turns()
    private var checking: Task<Void, Never>?

    public init(host: Host, local: [String: String]) throws {
        self.host = host
        installation = try Installation(local: local)
    }

    public func activate(_ settings: Settings) async throws {
        self.settings = settings.values
        await check()
        startChecking()
    }

    public nonisolated func validate(_ settings: Settings) throws { try settings.values.check() }

    public func apply(_ settings: Settings) async throws {
        try settings.values.check()
        try await exclusively { try await self.put(self.installation.managed.text(settings.values)) }
        self.settings = settings.values
        await check()
        startChecking()
    }

    public func settingsInForce() async throws -> Settings {
        guard let settings else { throw PluginFailure(.failedPrecondition, "no settings are in force") }
        guard let text = try installation.snippetText() else {
            return Settings(NginxSettings(checkSeconds: settings.checkSeconds))
        }
        return Settings(installation.managed.settings(in: text, otherwise: settings))
    }

    public func state() async throws -> [InstanceState] {
        guard installation.isInstalled else { return [InstanceState(state: .notInstalled)] }
        var details: [String: DetailValue] = ["configuration": .text(installation.configuration)]
        guard let master = MasterProcess(pidFile: installation.pidFile) else {
            return [InstanceState(state: .stopped, version: version, details: details)]
        }
        details["workers"] = .integer(Int64(master.workers.count))
        if let configurationProblem { details["configurationProblem"] = .text(configurationProblem) }
        return [
            InstanceState(
                state: configurationProblem == nil ? .running : .degraded, version: version, details: details)
        ]
    }

    public func statistics() async throws -> [InstanceStatistics] {
        guard let port = installation.statusPort, let master = MasterProcess(pidFile: installation.pidFile),
            let status = await StatusPage(port: port).read()
        else { return [] }
        let since = master.startTime
        return [
            InstanceStatistics(values: [
                .counter("connections.accepted", Double(status.accepted), since: since),
                .counter("connections.handled", Double(status.handled), since: since),
                .counter("requests", Double(status.requests), since: since),
                .gauge("connections.active", Double(status.active)),
                .gauge("connections.reading", Double(status.reading)),
                .gauge("connections.writing", Double(status.writing)),
                .gauge("connections.waiting", Double(status.waiting)),
            ])
        ]
    }

    /// A restart with a configuration that nginx refuses would end what serves: it is refused before.
    public func control(_ action: ControlAction, instance: String) async throws {
        requests += 1
        defer { requests -= 1 }
        try await exclusively {
            if action != .stop { try await self.requireGoodConfiguration() }
            try await self.host.service(Self.serviceAction(action), unit: self.installation.unit)
            if action != .stop { try await self.waitForMaster() }
        }
        await check()
    }

    public nonisolated var tasks: [PluginTask] {
        [
            PluginTask("reload") { (_: Nothing, _) in
                try await self.exclusively { try await self.reloadConfiguration() }
            },
            PluginTask("test-configuration") { (_: Nothing, _) in
                try await self.exclusively { try await self.requireGoodConfiguration() }
                return Nothing()
            },
        ]
    }

    public func deactivate() async {
        checking?.cancel()
        await checking?.value
        checking = nil
    }

    /// A process that runs nginx's program and wrote its number is a started service; nginx's master it is when it has given itself
    /// that title, a moment later. Before, a look would find that nginx does not run.
    private func waitForMaster() async throws {
        let end = ContinuousClock.now + Self.startPatience
        while MasterProcess(pidFile: installation.pidFile) == nil {
            guard ContinuousClock.now < end else {
                await check()
                throw PluginFailure(
                    .unavailable,
                    "\(installation.unit) was started, and \(installation.pidFile) does not name a master process of nginx; its error log says whether it ended again, its configuration where it writes its number"
                )
            }
            // The title is the condition, of which nothing tells.
            try await Task.sleep(for: .milliseconds(25))
        }
    }

    /// Looks whether nginx runs and says what changed.
    func check() async {
        let isRunning = MasterProcess(pidFile: installation.pidFile) != nil
        if version.isEmpty || isRunning != watch.isRunning { version = await installation.version() }
        let was = watch.isRunning
        if let event = watch.take(isRunning: isRunning, version: version, isRequested: requests > 0) { say(event) }
        if was != isRunning { host.stateChanged() }
    }

    func say(_ event: Event) {
        do throws(PluginFailure) { try host.emit(event) } catch { host.log(.error, "event \(event.type): \(error)") }
    }

    /// Tasks run beside calls: what changes or tests the configuration goes one at a time.
    private func exclusively<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        try await turns.enter()
        defer { turns.leave() }
        return try await body()
    }

    private static func serviceAction(_ action: ControlAction) -> ServiceAction {
        switch action {
        case .start: .start
        case .stop: .stop
        case .restart: .restart
        }
    }

    private func startChecking() {
        checking?.cancel()
        let interval = Duration.seconds(settings?.checkSeconds ?? 15)
        checking = Task { [weak self] in
            while true {
                try? await Task.sleep(for: interval)
                guard !Task.isCancelled else { return }
                await self?.check()
            }
        }
    }
}
