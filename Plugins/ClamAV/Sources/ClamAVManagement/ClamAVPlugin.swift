internal import FoundationEssentials
internal import Glibc
public import MartletPluginKit

/// ClamAV's daemon: its state, its settings, scans and updates.
public actor ClamAVPlugin: ApplicationPlugin {
    public static let identity = PluginIdentity(id: "martlet.clamav", name: "ClamAV", version: "1.0.0")

    public struct Settings: Codable, Sendable {
        let values: ClamAVSettings

        package init(_ values: ClamAVSettings) { self.values = values }
        public init(from decoder: any Decoder) throws { values = try ClamAVSettings(from: decoder) }
        public func encode(to encoder: any Encoder) throws { try values.encode(to: encoder) }
    }

    let host: Host
    let installation: Installation
    private var settings: ClamAVSettings?
    private var watch = EngineWatch()
    /// Changes of the engine that were asked for and are under way.
    private var requests = 0
    private var totals: ScanTotals
    private var checking: Task<Void, Never>?

    private static let totalsKey = "scan-totals"
    /// How long a start may take before the plugin stops waiting for clamd's answer.
    private static let startPatience: Duration = .seconds(7)

    public init(host: Host, local: [String: String]) throws {
        self.host = host
        installation = try Installation(local: local)
        totals = ScanTotals(since: Self.now * 1_000_000)
    }

    public func prepare() async throws {
        guard let stored = try await host.stored(Self.totalsKey),
            let kept = try? JSONDecoder().decode(ScanTotals.self, from: Data(stored))
        else { return }
        totals = kept
    }

    public func activate(_ settings: Settings) async throws {
        self.settings = settings.values
        await check()
        startChecking()
    }

    public nonisolated func validate(_ settings: Settings) throws { try settings.values.check() }

    /// Writes the block and restarts clamd, which reads its configuration only when it starts. When the new configuration
    /// does not start, the former one is put back.
    public func apply(_ settings: Settings) async throws {
        try settings.values.check()
        let former = try installation.text(of: installation.clamdConf)
        let wanted = ManagedConfiguration(parsing: former).text(managing: settings.values.options)
        if wanted != former {
            try await host.write(Array(wanted.utf8), to: installation.clamdConf)
            do { try await restartIfRunning() } catch {
                try await host.write(Array(former.utf8), to: installation.clamdConf)
                // The first failure is what the operator needs to know.
                try? await restartIfRunning()
                await check()
                throw error
            }
        }
        self.settings = settings.values
        await check()
        startChecking()
    }

    public func settingsInForce() async throws -> Settings {
        guard let settings else { throw PluginFailure(.failedPrecondition, "no settings are in force") }
        return Settings(settings.reading(try installation.configuration().options))
    }

    public func state() async throws -> [InstanceState] {
        guard installation.isInstalled else { return [InstanceState(state: .notInstalled)] }
        let version = await engineVersion()
        var details: [String: DetailValue] = ["configuration": .text(installation.clamdConf)]
        if let database = version?.database { details["databaseVersion"] = .integer(Int64(database)) }
        if let age = version?.ageInDays(at: Self.now) { details["databaseAgeDays"] = .integer(Int64(age)) }
        return [
            InstanceState(
                state: version == nil ? .stopped : .running, version: version?.engine ?? "", details: details)
        ]
    }

    public func control(_ action: ControlAction, instance: String) async throws {
        switch action {
        case .start: try await serve(.start)
        case .stop: try await serve(.stop)
        case .restart: try await serve(.restart)
        }
    }

    public func statistics() async throws -> [InstanceStatistics] {
        [
            InstanceStatistics(values: [
                .counter("scan.files", Double(totals.files), since: totals.since),
                .counter("scan.threats", Double(totals.threats), since: totals.since),
                .counter("scan.seconds", totals.seconds, since: totals.since),
            ])
        ]
    }

    public nonisolated var tasks: [PluginTask] {
        [
            PluginTask("scan") { (parameters: ScanParameters, run) in try await self.scan(parameters, run) },
            PluginTask("update-database") { (_: Nothing, run) in try await self.updateDatabase(run) },
        ]
    }

    public func deactivate() async {
        checking?.cancel()
        await checking?.value
        checking = nil
    }

    /// Adds a scan to the totals, durably.
    func count(_ report: ScanReport) async throws {
        totals.files += report.files
        totals.threats += report.threatCount
        totals.seconds += report.seconds
        try await host.store(Array(JSONEncoder().encode(totals)), under: Self.totalsKey)
    }

    /// Nil when clamd does not answer.
    func engineVersion() async -> EngineVersion? {
        guard let socket = try? installation.socket(), (try? await socket.ask("PING")) == "PONG",
            let answer = try? await socket.ask("VERSION")
        else { return nil }
        return EngineVersion(answer: answer)
    }

    /// Looks at the engine and says what changed.
    func check() async {
        let version = await engineVersion()
        let was = watch.isRunning
        let events = watch.take(
            EngineWatch.Look(version: version, time: Self.now, isRequested: requests > 0),
            maximumAgeDays: settings?.databaseMaxAgeDays ?? 0)
        for event in events {
            do throws(PluginFailure) { try host.emit(event) } catch {
                host.log(.error, "event \(event.type): \(error)")
            }
        }
        if was != watch.isRunning { host.stateChanged() }
    }

    private func restartIfRunning() async throws {
        guard watch.isRunning == true else { return }
        try await serve(.restart)
    }

    /// Has the unit started or stopped, and looks at what came of it. Looks meanwhile know that it was asked for.
    private func serve(_ action: ServiceAction) async throws {
        requests += 1
        defer { requests -= 1 }
        try await host.service(action, unit: installation.unit)
        if action != .stop { try await waitForAnswer() }
        await check()
    }

    /// Waits until clamd answers, which it does after it has loaded its databases. One that takes longer is not an error as
    /// long as it lives: the state says `stopped` until it answers. One that ended again is.
    private func waitForAnswer() async throws {
        let end = ContinuousClock.now + Self.startPatience
        var hasLived = false
        while await engineVersion() == nil {
            let lives = installation.daemonLives()
            if lives == false, hasLived || ContinuousClock.now >= end {
                await check()
                throw PluginFailure(.unavailable, "\(installation.unit) ended after it was started; its log says why")
            }
            if lives == true { hasLived = true }
            guard ContinuousClock.now < end else { return }
            try await Task.sleep(for: .milliseconds(50))
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

    /// Seconds since 1970.
    static var now: Int64 { Int64(time(nil)) }
}
