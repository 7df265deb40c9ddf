import AgentPlugins
import DesiredState
import DeviceProtocol
import Failpoints
import Logging
import PluginPackage

// What is done with one plugin, step by step; which step comes next is `DevicePackage`'s to say.
extension PackageInstaller {
    /// False when it is to be tried again later.
    func install(_ plugin: String, _ offer: PackageOffer) async -> Bool {
        await change(plugin) { $0.phase = .downloading }
        await changed(false)
        switch await fetch(plugin, offer) {
        case .later(let reason): return await postpone(plugin, reason)
        case .wrong(let reason): return await spoil(plugin, offer, reason)
        case .whole: break
        }
        guard isStill(plugin, offer) else { return true }
        await change(plugin) { $0.cameWhole() }
        guard isStill(plugin, offer) else { return true }
        // All that may fail before anything is switched: else the version that is there would be wound down for nothing.
        let installed: InstalledPlugin
        do {
            let package = try PackageReader(files.partial(offer.digest))
            try await admit(package, plugin, offer)
            try files.unpack(package, digest: offer.digest)
            installed = try files.plugin(plugin, offer.digest)
        } catch let refusal as PackageRefusal {
            await fail(plugin, offer, refusal.reason, until: .trust)
            return true
        } catch let error as PackageError {
            await fail(plugin, offer, error.reason)
            return true
        } catch {
            // The disk is full, say: not the package's fault.
            return await postpone(plugin, "\(error)")
        }
        // An agent that ends begins no try: its end would count as one that the version brought about.
        guard isStill(plugin, offer), !isStopped else { return true }
        let before = await plugins.report(of: plugin)?.instances.filter { $0.state == .failed }.map(\.instance) ?? []
        // Another offer may have come meanwhile; and what is not recorded is not begun.
        let isRecorded = await change(plugin) { if $0.offer?.digest == offer.digest { $0.tryOnce() } }
        guard isStill(plugin, offer), packages[plugin]?.phase == .trying, !isStopped else { return true }
        guard isRecorded else {
            packages[plugin]?.postpone("the attempt could not be recorded")
            return false
        }
        Failpoint.packageSwitched.pass()
        running[plugin] = offer.digest
        await plugins.replace(installed)
        return await tryOn(plugin, offer, failedBefore: Set(before))
    }

    /// The offer waits, for a reason that is none of its own. False: it is to be tried again later.
    private func postpone(_ plugin: String, _ reason: String) async -> Bool {
        await change(plugin) { $0.postpone(String(reason.prefix(500))) }
        logger.info("a package waits", metadata: ["plugin": "\(plugin)", "reason": "\(reason)"])
        await changed(false)
        return false
    }

    /// The device gave way during the try, which is over.
    func lose(_ plugin: String, _ reason: String) async {
        let words = String(reason.prefix(500))
        await change(plugin) { $0.lose(words, now: time.now(), random: .random(in: 0..<1)) }
        logger.warning("a try does not count", metadata: ["plugin": "\(plugin)", "reason": "\(words)"])
    }

    /// What came is not what is offered. The server's file may be repaired in a moment; else the device says so, and asks again after
    /// hours, or when the offer is another one or was brought anew.
    private func spoil(_ plugin: String, _ offer: PackageOffer, _ reason: String) async -> Bool {
        logger.warning("what came is not the package", metadata: ["plugin": "\(plugin)", "reason": "\(reason)"])
        guard isStill(plugin, offer) else { return true }
        let words = String(reason.prefix(400))
        await change(plugin) {
            $0.spoil(words, now: time.now(), random: .random(in: 0..<1))
            guard $0.isFailed else { return }
            $0.reason =
                "\(words); that \($0.spoiled) times, so it is fetched again in hours, or when it is pushed again"
        }
        if packages[plugin]?.spoiled == DevicePackage.mostSpoiled {
            await tell(
                plugin, 3, AgentEvent.pluginInstallFailed,
                "plugin \(plugin) \(offer.version): \(packages[plugin]?.reason ?? words)", offer)
        }
        await changed(false)
        return false
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
        let other = others.first { PluginUser.id($0) == PluginUser.id(plugin) }
        // Also of one that the host's owner installed.
        if let other = await plugins.plugin(withUserOf: plugin) ?? other {
            throw PackageError(plugin, PluginManager.sameUser(as: other))
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

    /// Watches a version that was switched to until it is known to be well or not. False when it is to be tried again later.
    func tryOn(_ plugin: String, _ offer: PackageOffer, failedBefore: Set<String>) async -> Bool {
        await changed(false)
        var gate = HealthGate(now: environment.steady(), window: window, failedBefore: failedBefore)
        while !isStopped, isStill(plugin, offer) {
            let mark = notices[plugin, default: 0]
            let report = await plugins.report(of: plugin)
            // What ended meanwhile is not judged.
            guard !isStopped, isStill(plugin, offer), packages[plugin]?.phase == .trying else { return true }
            switch gate.look(report, now: environment.steady()) {
            case .wait(let until): await pause(plugin, until: until, after: mark)
            case .postponed(let reason):
                await lose(plugin, reason)
                await restore(plugin)
                return false
            case .failed(let reason):
                let lacksInterface = report?.health.lacksInterface == true
                return await goBack(
                    plugin, offer, reason, until: lacksInterface ? .agent(AgentVersion.interface) : .none)
            case .passed:
                await settle(plugin, offer)
                return true
            }
        }
        return true
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
    private func goBack(
        _ plugin: String, _ offer: PackageOffer, _ reason: String, until pardon: PackagePardon
    ) async -> Bool {
        await fail(plugin, offer, reason, until: pardon)
        return await restore(plugin)
    }

    /// False when it is to be tried again later: what was well cannot be read for a moment. What was tried does not go on either.
    @discardableResult
    func restore(_ plugin: String) async -> Bool {
        let has = packages[plugin]?.has
        let before = running[plugin]
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
            let mayPass = (error as? PluginProblem)?.mayPass == true
            if mayPass { running[plugin] = nil }
            // Where nothing of a package ran nothing changed.
            guard !mayPass || before != nil else { return false }
            await plugins.remove(plugin)
            files.sweep(plugin, keeping: has.map { [$0.digest] } ?? [])
            await changed(true)
            return !mayPass
        }
        files.sweep(plugin, keeping: has.map { [$0.digest] } ?? [])
        await changed(true)
        return true
    }

    func fail(
        _ plugin: String, _ offer: PackageOffer, _ reason: String, until pardon: PackagePardon = .none
    ) async {
        let words = String(reason.prefix(500))
        await change(plugin) { $0.fail(offer.digest, words, until: pardon) }
        files.sweep(plugin, keeping: packages[plugin]?.has.map { [$0.digest] } ?? [])
        // What others may be trusted for is not fetched again for that.
        if pardon != .trust { files.drop(offer.digest) }
        logger.error(
            "plugin not installed",
            metadata: ["plugin": "\(plugin)", "version": "\(offer.version)", "reason": "\(words)"])
        let kept = packages[plugin]?.has.map { "; \($0.version) stays" } ?? ""
        await tell(
            plugin, 3, AgentEvent.pluginInstallFailed, "plugin \(plugin) \(offer.version): \(words)\(kept)", offer)
        await changed(false)
    }

    func remove(_ plugin: String) async {
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
}
