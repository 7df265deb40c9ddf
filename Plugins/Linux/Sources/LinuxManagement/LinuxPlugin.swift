public import MartletPluginKit

/// Processor, memory, disks and load of the machine, and events when a threshold of the policy is passed.
public actor LinuxPlugin: ApplicationPlugin {
    public static let identity = PluginIdentity(id: "martlet.linux", name: "Linux", version: "1.0.0")

    public struct Settings: Codable, Sendable {
        let values: LinuxSettings

        package init(_ values: LinuxSettings) { self.values = values }
        public init(from decoder: any Decoder) throws { values = try LinuxSettings(from: decoder) }
        public func encode(to encoder: any Encoder) throws { try values.encode(to: encoder) }
    }

    private let host: Host
    private let machine = Machine()
    private var settings: LinuxSettings?
    private var watch = ThresholdWatch()
    private var last: Sample?
    private var sampling: Task<Void, Never>?

    public init(host: Host, local: [String: String]) throws { self.host = host }

    public func activate(_ settings: Settings) async throws {
        self.settings = settings.values
        last = try machine.sample(after: nil)
        startSampling()
    }

    public func apply(_ settings: Settings) async throws {
        self.settings = settings.values
        // At once, so that a new threshold is judged now and not after the old interval.
        look()
        startSampling()
    }

    public func settingsInForce() async throws -> Settings {
        guard let settings else { throw PluginFailure(.failedPrecondition, "no settings are in force") }
        return Settings(settings)
    }

    public func state() async throws -> [InstanceState] {
        [
            InstanceState(
                state: watch.exceeded.isEmpty ? .running : .degraded, version: machine.kernel,
                details: [
                    // Nothing that changes by itself: a state that looks new is reported in every synchronisation.
                    "distribution": .text(machine.distribution),
                    "exceeded": .text(watch.exceeded.map(\.description).sorted().joined(separator: ", ")),
                ])
        ]
    }

    public func statistics() async throws -> [InstanceStatistics] {
        let sample = try machine.sample(after: last?.cpuTimes)
        return [InstanceStatistics(values: LinuxStatistics.values(sample, machine.startTime, machine.jiffies))]
    }

    public nonisolated var tasks: [PluginTask] {
        [
            PluginTask("collect-facts") { [machine] (_: Nothing, run) in try Self.facts(machine, run) },
            PluginTask("collect-diagnostics") { [machine] (_: Nothing, run) in
                try await Diagnostics.collect(Self.facts(machine, run), run)
            },
            PluginTask("restart-service") { [host] (parameters: ServiceRestart.Parameters, run) in
                try await ServiceRestart.perform(parameters, run, host)
            },
        ]
    }

    public func deactivate() async {
        sampling?.cancel()
        await sampling?.value
        sampling = nil
    }

    private static func facts(_ machine: Machine, _ run: TaskRun) throws -> MachineFacts {
        run.report(percent: 0, "reading")
        let sample = try machine.sample(after: nil)
        return MachineFacts(
            distribution: machine.distribution, kernel: machine.kernel, architecture: machine.architecture,
            processors: sample.processors, memory: sample.memory.total, uptimeSeconds: machine.uptimeSeconds,
            disks: sample.disks.map { MachineFacts.Disk(mount: $0.mount, size: $0.size, used: $0.used) })
    }

    private func startSampling() {
        sampling?.cancel()
        let interval = Duration.seconds(settings?.sampleSeconds ?? 10)
        sampling = Task { [weak self] in
            while true {
                try? await Task.sleep(for: interval)
                guard !Task.isCancelled else { return }
                await self?.look()
            }
        }
    }

    private func look() {
        guard let settings else { return }
        do {
            let sample = try machine.sample(after: last?.cpuTimes)
            last = sample
            let changes = watch.take(sample, settings.thresholds)
            for change in changes { try host.emit(LinuxEvents.event(of: change)) }
            if !changes.isEmpty { host.stateChanged() }
        } catch {
            host.log(.error, "\(error)")
        }
    }
}
