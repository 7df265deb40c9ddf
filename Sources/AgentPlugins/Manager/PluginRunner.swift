internal import DesiredState
internal import Logging
internal import PluginLink
internal import PluginPackage

/// One plugin: its supervision, its process, its calls. The effects around `PluginSupervision`.
actor PluginRunner {
    /// A run that the plugin promised to finish.
    struct Run {
        let task: PluginTaskDefinition
        let parameters: [UInt8]
        /// Where the log was when it began.
        var logMark: UInt64 = 0
    }

    let plugin: InstalledPlugin
    let configuration: PluginManagerConfiguration
    let delegate: any PluginDelegate
    let logger: Logger
    let applied: AppliedSettings
    let log = RunLog()
    var logBudget = LogBudget()

    var supervision: PluginSupervision
    /// Counts processes, so that news of a former one are told apart.
    var generation: UInt64 = 0
    var host: HostProcess?
    var hello: LinkFrame?
    /// The host refused the library as it speaks another version of the interface.
    var lacksInterface = false
    var hasExited = false
    var closedLanes = 0

    var lastCorrelation: UInt64 = 0
    var pending: [UInt64: OnceAnswer<CallReply>] = [:]
    var turnstile = Turnstile()
    var startWaiters: [OnceAnswer<Void>] = []
    var goneWaiters: [OnceAnswer<Void>] = []
    var timer: Task<Void, Never>?
    var openRequests = 0

    /// Settings wanted, with defaults; nil until someone said.
    var desired: JSONValue?
    /// Settings that this process was activated with, or took last.
    var taken: JSONValue?
    /// Settings the plugin last said are in force.
    var inForce: JSONValue?
    var settingsProblem: ApplyProblem?
    var instances: [InstanceReport] = []
    var version: String
    var runs: [[UInt8]: Run] = [:]
    var news = NewsQueue()
    var isPassingOn = false
    var refusals = 0
    var lastRefusal: String?
    var lastStateRead: Duration = .zero
    var isStateReadDue = false

    init(
        _ plugin: InstalledPlugin, configuration: PluginManagerConfiguration, delegate: any PluginDelegate,
        logger: Logger
    ) {
        self.plugin = plugin
        self.configuration = configuration
        self.delegate = delegate
        var logger = logger
        logger[metadataKey: "plugin"] = "\(plugin.manifest.id)"
        self.logger = logger
        applied = AppliedSettings(dataDirectory: configuration.dataDirectory, plugin: plugin.manifest.id)
        supervision = PluginSupervision(timing: configuration.timing)
        version = plugin.manifest.version
    }

    nonisolated var id: String { plugin.manifest.id }

    var report: ApplicationReport {
        ApplicationReport(
            plugin: id, name: plugin.manifest.name, version: version, instances: instances, health: health,
            settingsDigest: inForce.map { Digest.sha256(CanonicalJSON.encode($0)) }, settingsProblem: settingsProblem)
    }

    private var health: PluginHealth {
        let state: PluginHealth.State =
            switch supervision.state {
            case .stopped, .stopping: .stopped
            case .starting: .starting
            case .running: .running
            case .ending, .backingOff: .backingOff
            case .quarantined: .quarantined
            }
        return PluginHealth(
            state: state, pid: host?.pid, restarts: supervision.restarts, shortages: supervision.shortages,
            isShort: supervision.isShort, lacksInterface: lacksInterface, lastError: supervision.lastError,
            refusals: refusals, lastRefusal: lastRefusal)
    }

    /// Passes news on in order, apart from the lanes, so that a delegate which calls us cannot wait for itself.
    func tell(_ item: NewsQueue.News) {
        news.add(item)
        guard !isPassingOn else { return }
        isPassingOn = true
        Task { await passOnAll() }
    }

    private func passOnAll() async {
        while let item = news.take() {
            switch item {
            case .run(let update): await delegate.taskChanged(update)
            case .ended(let end): await delegate.hostEnded(id, end)
            case .stateChanged: await delegate.stateChanged(id)
            }
        }
        isPassingOn = false
    }

    /// Counts and logs what is not passed on.
    func refuse(_ refusal: Refusal) {
        refusals += 1
        lastRefusal = LogText.escape(refusal.reason)
        // The first ones, then at every power of two: a plugin that floods does not flood the log.
        if refusals & (refusals - 1) == 0 {
            logger.warning(
                "refused what the plugin said", metadata: ["reason": "\(lastRefusal ?? "")", "refusals": "\(refusals)"])
        }
    }
}
