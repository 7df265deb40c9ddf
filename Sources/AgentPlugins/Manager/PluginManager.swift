package import DesiredState
internal import Glibc
package import Logging
package import PluginPackage

/// All plugins of the device. A plugin that crashes, hangs or lies costs itself and nobody else.
package actor PluginManager {
    private let configuration: PluginManagerConfiguration
    private let delegate: any PluginDelegate
    private let logger: Logger
    private var runners: [String: PluginRunner] = [:]
    /// Folders that give no plugin, and why.
    package private(set) var problems: [PluginProblem] = []

    /// Longest time `refresh` waits for a plugin.
    private static let refreshLimit: Duration = .seconds(5)

    package init(configuration: PluginManagerConfiguration, delegate: any PluginDelegate, logger: Logger) {
        self.configuration = configuration
        self.delegate = delegate
        self.logger = logger
    }

    /// Finds the plugins and starts a process for each; returns without waiting for them. Once. `packaged`: plugins that came
    /// in packages, which take the place of those with their id that were installed with the agent.
    package func start(packaged: [InstalledPlugin] = []) async {
        // The helper did, when it began.
        if configuration.helper == nil {
            if let parent = configuration.controlGroup { HostGroup.sweep(parent) }
            Stray.end(Stray.anyMark(dataDirectory: configuration.dataDirectory), isPrefix: true)
        }
        let (found, problems) = InstalledPlugin.discover(in: configuration.pluginsDirectory)
        self.problems = problems
        for problem in problems {
            logger.error("no plugin in this folder", metadata: ["folder": "\(problem.plugin)", "reason": "\(problem)"])
        }
        let ids = Set(packaged.map(\.manifest.id))
        for plugin in found.filter({ !ids.contains($0.manifest.id) }) + packaged { await run(plugin) }
    }

    /// Not one whose process would be the same user as another plugin's.
    private func run(_ plugin: InstalledPlugin) async {
        let id = plugin.manifest.id
        problems.removeAll { $0.plugin == id }
        if let other = self.plugin(withUserOf: id) {
            let problem = PluginProblem(plugin: id, message: Self.sameUser(as: other))
            problems.append(problem)
            runners[id] = nil
            return logger.error("the plugin is not started", metadata: ["plugin": "\(id)", "reason": "\(problem)"])
        }
        let runner = PluginRunner(plugin, configuration: configuration, delegate: delegate, logger: logger)
        runners[plugin.manifest.id] = runner
        await runner.start()
    }

    /// Puts a plugin in the place of the one with its id, if there is one: that one is wound down first, its application keeps
    /// running. Returns without waiting for the new one. What the old one was given last, the new one is activated with.
    package func replace(_ plugin: InstalledPlugin) async {
        if let old = runners[plugin.manifest.id] { await old.stop() }
        await run(plugin)
    }

    /// Winds a plugin down. Where one with its id was installed with the agent, that one takes its place.
    package func remove(_ plugin: String) async {
        if let old = runners.removeValue(forKey: plugin) { await old.stop() }
        let found = InstalledPlugin.discover(in: configuration.pluginsDirectory).found
        if let own = found.first(where: { $0.manifest.id == plugin }) { await run(own) }
    }

    /// Another plugin whose process is the user that the process of this one would be: users follow from ids. Nil as good as always.
    package func plugin(withUserOf id: String) -> String? {
        runners.keys.sorted().first { $0 != id && PluginUser.id($0) == PluginUser.id(id) }
    }

    package static func sameUser(as other: String) -> String {
        "it would have the same user as \(other), as users follow from ids: it needs another id"
    }

    /// Of the plugin's manifest; nil when there is no such plugin.
    package func version(of plugin: String) -> String? { runners[plugin]?.plugin.manifest.version }

    package func report(of plugin: String) async -> ApplicationReport? { await runners[plugin]?.report }

    /// Winds every plugin down: none of their processes is left when it returns. Applications keep running.
    package func shutdown() async {
        await withTaskGroup(of: Void.self) { group in
            for runner in runners.values { group.addTask { await runner.stop() } }
        }
    }

    /// What is known of every plugin, in the order of their ids.
    package func applications() async -> [ApplicationReport] {
        var reports: [ApplicationReport] = []
        for runner in ordered { reports.append(await runner.report) }
        return reports
    }

    /// Puts settings in force and remembers them: after a crash they are applied again. Waits for a plugin that starts. What
    /// the plugin has taken already it is not given once more.
    package func apply(_ settings: JSONValue, to application: String) async -> ApplyOutcome {
        guard let runner = runners[application] else { return .failed(ApplyProblem(reason: Self.unknown(application))) }
        return await runner.apply(settings)
    }

    /// Puts what was applied last in force once more.
    package func applyAgain(to application: String) async -> ApplyOutcome {
        guard let runner = runners[application] else { return .failed(ApplyProblem(reason: Self.unknown(application))) }
        return await runner.applyAgain()
    }

    /// As the plugin last read them back; nil when none are known.
    package func settingsInForce(of application: String) async -> JSONValue? { await runners[application]?.inForce }

    /// Reads the settings back and says which are not in force as they were applied; nil when that cannot be said now: the
    /// plugin is not running, or what is wanted was not applied.
    package func settingsDrift(of application: String) async -> [SettingsDrift]? {
        await runners[application]?.settingsDrift()
    }

    /// Returns when the application is in the state asked for. No instance means all.
    package func control(_ application: String, instance: String?, _ action: ControlAction) async -> CallOutcome {
        guard let runner = runners[application] else {
            return .failed(reason: Self.unknown(application), isRetryable: false)
        }
        return await runner.control(instance: instance, action)
    }

    /// Begins a run; its news come to the delegate. `parameters` is a JSON document or empty.
    package func startTask(
        runID: [UInt8], application: String, task: String, parameters: [UInt8]
    ) async -> CallOutcome {
        guard let runner = runners[application] else {
            return .failed(reason: Self.unknown(application), isRetryable: false)
        }
        return await runner.startTask(runID, task, parameters)
    }

    /// Asks a run to end; how it ended comes to the delegate.
    package func cancelTask(runID: [UInt8], application: String) async -> CallOutcome {
        guard let runner = runners[application] else {
            return .failed(reason: Self.unknown(application), isRetryable: false)
        }
        return await runner.cancelTask(runID)
    }

    /// Reads the figures of every plugin that runs, all at the same time.
    package func statistics() async -> [ApplicationStatisticsReport] {
        let time = Self.wallTime
        var reports: [ApplicationStatisticsReport] = []
        await withTaskGroup(of: [ApplicationStatisticsReport].self) { group in
            for runner in runners.values { group.addTask { await runner.statistics(time: time) } }
            for await part in group { reports += part }
        }
        return reports.sorted { ($0.application, $0.instance) < ($1.application, $1.instance) }
    }

    /// Reads the state of every application again; waits at most 5 seconds for those that are slow.
    package func refresh() async {
        let answers = runners.values.map { runner in
            let answer = OnceAnswer<Void>()
            Task {
                await runner.refresh()
                answer.give(())
            }
            Task {
                try? await Task.sleep(for: Self.refreshLimit)
                answer.give(())
            }
            return answer
        }
        for answer in answers { await answer.value }
    }

    /// Starts a plugin that was given up on, or that waits for its next start, again now.
    package func releaseQuarantine(_ plugin: String) async { await runners[plugin]?.releaseQuarantine() }

    package func manifests() -> [PluginManifest] { ordered.map(\.plugin.manifest) }

    private var ordered: [PluginRunner] { runners.sorted { $0.key < $1.key }.map(\.value) }

    private static func unknown(_ application: String) -> String { "no plugin \(application) is installed" }

    private static var wallTime: Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
    }
}
