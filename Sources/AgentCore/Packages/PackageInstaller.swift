package import AgentPlugins
import DesiredState
import DeviceProtocol
import Failpoints
package import Logging
import PluginPackage

/// Brings plugins to the versions that the device's document offers: fetches, checks, switches, watches, and goes back when
/// the new version is not well. One plugin after the other; what failed is not tried again.
package actor PackageInstaller {
    /// µs of the first pause after a failure to fetch, doubled up to the longest.
    static let firstPause: Int64 = 1_000_000
    static let longestPause: Int64 = 300_000_000

    let store: AgentStore
    let files: PackageFiles
    let trust: TrustKeeper
    let plugins: any PackagedPlugins
    let logger: Logger
    let environment: AgentEnvironment
    let connector: @Sendable () async throws -> ServerConnector
    let say: @Sendable (SpooledEvent) async -> Void
    /// Called when there is news to tell the server, or when a plugin came and its settings are to be applied.
    let changed: @Sendable (_ plugin: Bool) async -> Void
    let window: Int64
    /// A clock from 1970 is no reason to take a certificate for one of the future.
    let time: TrustedTime

    var packages: [String: DevicePackage] = [:]
    /// SHA-256 of the entry that offers were last taken from.
    private(set) var offersHash: [UInt8] = []
    /// The package that each plugin's process is of, as far as it came in one.
    var running: [String: [UInt8]] = [:]
    private var isWorking = false
    private var isDue = false
    /// The first offers since the start are a reason to work, also where they are those before.
    private var wasWanted = false
    var isStopped = false
    private var failures = 0
    private var retry: (any BackgroundWork)?
    /// Who waits for news of a plugin, and how often there was some.
    var waiting: [String: CheckedContinuation<Void, Never>] = [:]
    var notices: [String: UInt64] = [:]

    package init(
        store: AgentStore, dataDirectory: String, trust: TrustKeeper, plugins: any PackagedPlugins,
        connector: @escaping @Sendable () async throws -> ServerConnector,
        say: @escaping @Sendable (SpooledEvent) async -> Void, changed: @escaping @Sendable (Bool) async -> Void,
        window: Int64 = HealthGate.usualWindow, time: TrustedTime, logger: Logger,
        environment: AgentEnvironment = .system
    ) {
        self.store = store
        files = PackageFiles(dataDirectory: dataDirectory)
        self.trust = trust
        self.plugins = plugins
        self.connector = connector
        self.say = say
        self.changed = changed
        self.window = window
        self.time = time
        self.logger = logger
        self.environment = environment
    }

    /// Before plugins are started: those that are in packages.
    package func begin() async throws -> [InstalledPlugin] {
        await trust.begin()
        var found: [InstalledPlugin] = []
        for stored in try await store.packages() {
            var package = stored
            // A download goes on from what is there; what was refused may be taken by a clock that is right, or another agent.
            if package.phase == .downloading { package.phase = .idle }
            switch package.pardon {
            case .none, .agent(AgentVersion.interface): break
            case .trust, .agent: package.forgive()
            }
            packages[package.plugin] = package
            if package.phase == .trying { await tryAgain(package.plugin) }
            if let plugin = await usable(package.plugin) { found.append(plugin) }
        }
        return found
    }

    /// The agent ended while it tried this version, which may have been that version's doing.
    private func tryAgain(_ plugin: String) async {
        guard let package = packages[plugin], let offer = package.offer else { return }
        guard package.tries < DevicePackage.mostTries else {
            let reason = "the agent or the device ended \(package.tries) times while it was tried"
            return await fail(plugin, offer, reason)
        }
        if await change(plugin, { $0.tryOnce() }) { return }
        // What is not recorded is not begun.
        packages[plugin]?.postpone("the attempt could not be recorded")
    }

    /// What was tried when the agent ended, else what was well; what is damaged is taken for missing. What cannot be read for a moment is
    /// put in its place later, as what is not running and should.
    private func usable(_ plugin: String) async -> InstalledPlugin? {
        while let package = packages[plugin] {
            let isTrying = package.phase == .trying
            guard let digest = isTrying ? package.offer?.digest : package.has?.digest else { return nil }
            do {
                let found = try files.plugin(plugin, digest)
                running[plugin] = digest
                return found
            } catch {
                let mayPass = (error as? PluginProblem)?.mayPass == true
                logger.error(
                    mayPass ? "a plugin's package cannot be read now" : "a plugin's package is damaged",
                    metadata: ["plugin": "\(plugin)", "reason": "\(error)"])
                packages[plugin]?.phase = .idle
                packages[plugin]?.tries = mayPass ? max(0, package.tries - 1) : 0
                if isTrying { continue }
                if mayPass { return nil }
                packages[plugin]?.has = nil
            }
        }
        return nil
    }

    /// What the document offers now. Signatures were kept before.
    func want(_ all: [String: PackageOffer], hash: [UInt8]) async {
        // Ids become names of folders, and the document is a server's word.
        let offers = all.filter { PluginManifest.isIdentifier($0.key) }
        for name in all.keys where offers[name] == nil {
            logger.error("a package for something that is no plugin's id", metadata: ["plugin": "\(name)"])
        }
        offersHash = hash
        files.sweepDownloads(keeping: offers.values.map(\.digest))
        let signatures = (try? await store.packageSignatures()) ?? [:]
        var isNews = !wasWanted
        wasWanted = true
        for plugin in Set(packages.keys).union(offers.keys).sorted() {
            let offer = offers[plugin]
            let before = packages[plugin]
            await change(plugin) { $0.take(offer, signature: offer.flatMap { signatures[$0.digest] } ?? []) }
            if packages[plugin] != before { isNews = true }
            // Who watches another version looks again.
            noticed(plugin)
        }
        // That it is said again is no reason to try again sooner what waits.
        if isNews { due() }
    }

    /// Takes a statement of trust. What was refused for its signature is looked at again under another one. Waits for nothing that is
    /// done with packages.
    func take(trust json: JSONValue) async -> TrustOutcome {
        let before = await trust.statement().serial
        let outcome = await trust.take(json)
        if await trust.statement().serial != before { await trustChanged() }
        return outcome
    }

    private func trustChanged() async {
        for plugin in packages.keys.sorted() {
            await change(plugin) { if $0.pardon == .trust { $0.forgive() } }
        }
        due()
    }

    /// There may be something to do. Returns at once.
    package func due() {
        isDue = true
        guard !isWorking, !isStopped else { return }
        isWorking = true
        retry?.cancel()
        _ = environment.run { await self.work() }
    }

    /// The plugin's state changed, or its process ended. Who waits for it looks again.
    package func noticed(_ plugin: String) {
        notices[plugin, default: 0] += 1
        waiting.removeValue(forKey: plugin)?.resume()
    }

    /// No end of the agent's that it knows of is a failure of a version that is being tried: somebody wanted it, or the privileged
    /// helper is gone.
    package func stop(withoutHelper isLost: Bool = false) async {
        isStopped = true
        for (plugin, package) in packages where package.phase == .trying {
            if isLost {
                await lose(plugin, "martlet-privileged ended while \(package.offer?.version ?? "it") was tried")
            } else {
                await change(plugin) { $0.tries = max(0, $0.tries - 1) }
            }
        }
        retry?.cancel()
        for plugin in waiting.keys { noticed(plugin) }
    }

    private func work() async {
        var left = false
        var soonest: Int64?
        while isDue, !isStopped {
            isDue = false
            left = false
            soonest = nil
            for plugin in packages.keys.sorted() where !isStopped {
                // What was tried is not offered any more: what was there before it runs again.
                if let package = packages[plugin], package.phase == .idle, running[plugin] != package.has?.digest,
                    await !restore(plugin)
                {
                    left = true
                }
                switch packages[plugin]?.next ?? .nothing {
                case .nothing: break
                case .install(let offer):
                    if let wait = packages[plugin]?.wait(at: time.now()) {
                        soonest = min(wait, soonest ?? wait)
                    } else if await !install(plugin, offer) {
                        left = true
                    }
                case .tryOn(let offer): if await !tryOn(plugin, offer, failedBefore: []) { left = true }
                case .remove: await remove(plugin)
                }
            }
        }
        isWorking = false
        rest(left, soonest)
    }

    /// Until what is left is to be tried again, or what waits may be begun, in `soonest` µs.
    private func rest(_ left: Bool, _ soonest: Int64?) {
        var pause = soonest
        if left {
            failures += 1
            let most = min(Self.firstPause << Int64(min(failures - 1, 20)), Self.longestPause)
            pause = min(Int64.random(in: most / 2...most), soonest ?? .max)
        } else {
            failures = 0
        }
        guard let pause, !isStopped else { return }
        retry = environment.run(after: pause) { await self.due() }
    }

    // MARK: State

    func isStill(_ plugin: String, _ offer: PackageOffer) -> Bool {
        packages[plugin]?.offer?.digest == offer.digest
    }

    /// Whether it is durable.
    @discardableResult
    func change(_ plugin: String, _ body: (inout DevicePackage) -> Void) async -> Bool {
        var package = packages[plugin] ?? DevicePackage(plugin: plugin)
        let before = package
        body(&package)
        guard package != before || packages[plugin] == nil else { return true }
        packages[plugin] = package
        do {
            try await store.keep(package)
            return true
        } catch {
            logger.error("packages could not be recorded", metadata: ["plugin": "\(plugin)", "error": "\(error)"])
            return false
        }
    }

    func tell(
        _ plugin: String, _ severity: Int, _ type: String, _ text: String, _ offer: PackageOffer
    ) async {
        let now = environment.now()
        await say(
            SpooledEvent(
                id: environment.identifier(now).bytes, application: AgentEvent.application, instance: plugin,
                severity: severity, type: type, text: text,
                data: CanonicalJSON.encode([
                    "plugin": .string(plugin), "version": .string(offer.version),
                    "sha256": .string(Digest.hex(offer.digest)),
                ]), time: now))
    }
}
