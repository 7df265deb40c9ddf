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
    /// Downloads of one package that came wrong before it counts as failed.
    static let mostWrong = 3

    let store: AgentStore
    let files: PackageFiles
    let trust: TrustKeeper
    let plugins: any PackagedPlugins
    let logger: Logger
    let environment: AgentEnvironment
    private let connector: @Sendable () async throws -> ServerConnector
    private let say: @Sendable (SpooledEvent) async -> Void
    /// Called when there is news to tell the server, or when a plugin came and its settings are to be applied.
    private let changed: @Sendable (_ plugin: Bool) async -> Void
    private let window: Int64
    /// A clock from 1970 is no reason to take a certificate for one of the future.
    private let time: TrustedTime

    private(set) var packages: [String: DevicePackage] = [:]
    /// SHA-256 of the entry that offers were last taken from.
    private(set) var offersHash: [UInt8] = []
    /// The package that each plugin's process is of, as far as it came in one.
    private var running: [String: [UInt8]] = [:]
    private var isWorking = false
    private var isDue = false
    private var isStopped = false
    private var failures = 0
    private var wrong: [[UInt8]: Int] = [:]
    private var retry: (any BackgroundWork)?
    /// Who waits for news of a plugin, and how often there was some.
    private var waiting: [String: CheckedContinuation<Void, Never>] = [:]
    private var notices: [String: UInt64] = [:]

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
            if package.isRefused { package.forgive() }
            packages[package.plugin] = package
            if let plugin = await usable(package.plugin) { found.append(plugin) }
        }
        return found
    }

    /// What was tried when the agent ended, else what was well; what is damaged is taken for missing.
    private func usable(_ plugin: String) async -> InstalledPlugin? {
        while let package = packages[plugin] {
            let isTrying = package.phase == .trying
            guard let digest = isTrying ? package.offer?.digest : package.has?.digest else { return nil }
            do {
                let found = try files.plugin(plugin, digest)
                running[plugin] = digest
                return found
            } catch {
                logger.error("a plugin's package is damaged", metadata: ["plugin": "\(plugin)", "reason": "\(error)"])
                packages[plugin]?.phase = .idle
                if !isTrying { packages[plugin]?.has = nil }
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
        for plugin in Set(packages.keys).union(offers.keys).sorted() {
            let offer = offers[plugin]
            await change(plugin) { $0.take(offer, signature: offer.flatMap { signatures[$0.digest] } ?? []) }
            // Who watches another version looks again.
            noticed(plugin)
        }
        due()
    }

    /// Takes a statement of trust. Returns why it was not taken; nil when it was, or is known. What was refused for its
    /// signature is looked at again under another statement.
    func take(trust json: JSONValue) async -> String? {
        let before = await trust.statement().serial
        let reason = await trust.take(json)
        if await trust.statement().serial != before { await trustChanged() }
        return reason
    }

    private func trustChanged() async {
        for plugin in packages.keys.sorted() {
            await change(plugin) { if $0.isRefused { $0.forgive() } }
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

    package func stop() {
        isStopped = true
        retry?.cancel()
        for plugin in waiting.keys { noticed(plugin) }
    }

    private func work() async {
        var left = false
        while isDue, !isStopped {
            isDue = false
            left = false
            for plugin in packages.keys.sorted() where !isStopped {
                // What was tried is not offered any more: what was there before it runs again.
                if let package = packages[plugin], package.phase == .idle, running[plugin] != package.has?.digest {
                    await restore(plugin)
                }
                switch packages[plugin]?.next ?? .nothing {
                case .nothing: break
                case .install(let offer): if await !install(plugin, offer) { left = true }
                case .tryOn(let offer): await tryOn(plugin, offer, failedBefore: [])
                case .remove: await remove(plugin)
                }
            }
        }
        isWorking = false
        guard left, !isStopped else {
            failures = 0
            return
        }
        failures += 1
        let most = min(Self.firstPause << Int64(min(failures - 1, 20)), Self.longestPause)
        retry = environment.run(after: Int64.random(in: most / 2...most)) { await self.due() }
    }

    // MARK: Steps

    /// False when it is to be tried again later.
    private func install(_ plugin: String, _ offer: PackageOffer) async -> Bool {
        await change(plugin) { $0.phase = .downloading }
        await changed(false)
        switch await fetch(plugin, offer) {
        case .later(let reason):
            await change(plugin) {
                $0.phase = .idle
                $0.reason = reason
            }
            logger.info("a package waits", metadata: ["plugin": "\(plugin)", "reason": "\(reason)"])
            await changed(false)
            return false
        case .wrong(let reason):
            wrong[offer.digest, default: 0] += 1
            guard wrong[offer.digest, default: 0] >= Self.mostWrong else {
                await change(plugin) {
                    $0.phase = .idle
                    $0.reason = reason
                }
                return false
            }
            await fail(plugin, offer, reason)
            return true
        case .whole: break
        }
        guard isStill(plugin, offer) else { return true }
        do {
            let package = try PackageReader(files.partial(offer.digest))
            try await admit(package, plugin, offer)
            try files.unpack(package, digest: offer.digest)
        } catch let refusal as PackageRefusal {
            await fail(plugin, offer, refusal.reason, refused: true)
            return true
        } catch let error as PackageError {
            await fail(plugin, offer, error.reason)
            return true
        } catch {
            // The disk is full, say: not the package's fault.
            await change(plugin) {
                $0.phase = .idle
                $0.reason = "\(error)"
            }
            await changed(false)
            return false
        }
        guard isStill(plugin, offer) else { return true }
        let before = await plugins.report(of: plugin)?.instances.filter { $0.state == .failed }.map(\.instance) ?? []
        // Another offer may have come meanwhile; and what is not recorded is not begun.
        let isRecorded = await change(plugin) { if $0.offer?.digest == offer.digest { $0.phase = .trying } }
        guard isStill(plugin, offer), packages[plugin]?.phase == .trying else { return true }
        guard isRecorded else {
            packages[plugin]?.phase = .idle
            return false
        }
        Failpoint.packageSwitched.pass()
        do {
            await plugins.replace(try files.plugin(plugin, offer.digest))
            running[plugin] = offer.digest
        } catch {
            await goBack(plugin, offer, "\(error)")
            return true
        }
        await tryOn(plugin, offer, failedBefore: Set(before))
        return true
    }

    private func fetch(_ plugin: String, _ offer: PackageOffer) async -> PackageDownload.Outcome {
        do {
            let link = try await HTTPLink.open(connector())
            do {
                let download = PackageDownload(digest: offer.digest, files: files, link: link)
                let outcome = try await download.perform { await self.downloaded(plugin, offer, percent: $0) }
                await link.close()
                return outcome
            } catch {
                await link.close()
                throw error
            }
        } catch {
            return .later("\(error)")
        }
    }

    private func downloaded(_ plugin: String, _ offer: PackageOffer, percent: Int64) async {
        guard isStill(plugin, offer), let known = packages[plugin], percent / 10 != known.percent / 10 else { return }
        packages[plugin]?.percent = percent
        await changed(false)
    }

    private func admit(_ package: PackageReader, _ plugin: String, _ offer: PackageOffer) async throws {
        guard package.manifest.id == plugin, package.manifest.version == offer.version else {
            throw PackageError(plugin, "the package is of \(package.manifest.id) \(package.manifest.version)")
        }
        guard package.architectures.contains(.current) else {
            let known = package.architectures.map(\.rawValue).joined(separator: ", ")
            throw PackageError(
                plugin, "it has no library for \(PackageArchitecture.current.rawValue), only for \(known)")
        }
        // Users follow from ids, and a vendor may choose those.
        let others = packages.values.filter { $0.isPresent && $0.plugin != plugin }.map(\.plugin)
        if let other = others.first(where: { PluginUser.id($0) == PluginUser.id(plugin) }) {
            throw PackageError(plugin, "it would have the same user as \(other): it needs another id")
        }
        let statement = await trust.statement()
        for known in [packages[plugin]?.highest, await plugins.version(of: plugin)] {
            guard let known, PluginVersion(offer.version) < PluginVersion(known),
                !statement.mayGoBack(plugin, to: offer.version)
            else { continue }
            throw PackageRefusal(
                reason: "version \(offer.version) is older than \(known), and no signed statement lets it go back")
        }
        do throws(PackageError) {
            _ = try PackageAuthority(statement).admit(
                package, signature: packages[plugin]?.signature ?? [], at: time.now())
        } catch {
            throw PackageRefusal(reason: error.reason)
        }
    }

    /// Watches a version that was switched to until it is known to be well or not.
    private func tryOn(_ plugin: String, _ offer: PackageOffer, failedBefore: Set<String>) async {
        await changed(false)
        var gate = HealthGate(now: environment.steady(), window: window, failedBefore: failedBefore)
        while !isStopped, isStill(plugin, offer) {
            let mark = notices[plugin, default: 0]
            switch gate.look(await plugins.report(of: plugin), now: environment.steady()) {
            case .wait(let until): await pause(plugin, until: until, after: mark)
            case .failed(let reason): return await goBack(plugin, offer, reason)
            case .passed: return await settle(plugin, offer)
            }
        }
    }

    private func pause(_ plugin: String, until: Int64, after mark: UInt64) async {
        guard notices[plugin, default: 0] == mark, !isStopped else { return }
        let timer = environment.run(after: max(0, until - environment.steady())) { await self.noticed(plugin) }
        await withCheckedContinuation { waiting[plugin] = $0 }
        timer.cancel()
    }

    private func settle(_ plugin: String, _ offer: PackageOffer) async {
        let old = packages[plugin]?.has
        // What is not recorded is not all that is left.
        if await change(plugin, { $0.settle(offer) }) {
            files.sweep(plugin, keeping: [offer.digest])
            files.drop(offer.digest)
        }
        logger.notice("plugin installed", metadata: ["plugin": "\(plugin)", "version": "\(offer.version)"])
        await tell(
            plugin, 1, AgentEvent.pluginInstalled,
            "plugin \(plugin) \(offer.version) is installed" + (old.map { ", instead of \($0.version)" } ?? ""), offer)
        await changed(true)
    }

    /// The version before is put in its place again, or what was installed with the agent, or none.
    private func goBack(_ plugin: String, _ offer: PackageOffer, _ reason: String) async {
        await fail(plugin, offer, reason)
        await restore(plugin)
    }

    private func restore(_ plugin: String) async {
        let has = packages[plugin]?.has
        // Not tried again and again: a damaged one is found by the next start.
        running[plugin] = has?.digest
        do {
            if let has {
                await plugins.replace(try files.plugin(plugin, has.digest))
            } else {
                await plugins.remove(plugin)
            }
        } catch {
            logger.error("cannot go back", metadata: ["plugin": "\(plugin)", "reason": "\(error)"])
            await plugins.remove(plugin)
        }
        files.sweep(plugin, keeping: has.map { [$0.digest] } ?? [])
        await changed(true)
    }

    private func fail(_ plugin: String, _ offer: PackageOffer, _ reason: String, refused: Bool = false) async {
        let words = String(reason.prefix(500))
        await change(plugin) {
            $0.phase = .idle
            $0.fail(offer.digest, words, refused: refused)
        }
        files.sweep(plugin, keeping: packages[plugin]?.has.map { [$0.digest] } ?? [])
        files.drop(offer.digest)
        logger.error(
            "plugin not installed",
            metadata: ["plugin": "\(plugin)", "version": "\(offer.version)", "reason": "\(words)"])
        let kept = packages[plugin]?.has.map { "; \($0.version) stays" } ?? ""
        await tell(
            plugin, 3, AgentEvent.pluginInstallFailed, "plugin \(plugin) \(offer.version): \(words)\(kept)", offer)
        await changed(false)
    }

    private func remove(_ plugin: String) async {
        let had = packages[plugin]?.has
        await change(plugin) {
            $0.has = nil
            $0.phase = .idle
        }
        running[plugin] = nil
        await plugins.remove(plugin)
        files.sweep(plugin, keeping: [])
        if let had { logger.notice("plugin removed", metadata: ["plugin": "\(plugin)", "version": "\(had.version)"]) }
        await changed(true)
    }

    // MARK: State

    private func isStill(_ plugin: String, _ offer: PackageOffer) -> Bool {
        packages[plugin]?.offer?.digest == offer.digest
    }

    /// Whether it is durable.
    @discardableResult
    private func change(_ plugin: String, _ body: (inout DevicePackage) -> Void) async -> Bool {
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

    private func tell(
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
