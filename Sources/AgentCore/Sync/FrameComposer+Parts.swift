import AgentPlugins
import DesiredState
import DeviceProtocol
import FoundationEssentials
import OpAMP
import SwiftProtobuf

// What a frame is made of, each part by itself.
extension FrameComposer {
    func writeStart(into frame: inout WireAgentFrame, _ reason: ConnectionMachine.Reason, _ now: Int64) {
        frame.startCounter = UInt64(start.counter)
        frame.startID = Data(start.id)
        frame.agentTime = now
        frame.reason =
            switch reason {
            case .schedule: .schedule
            case .event: .event
            case .change: .change
            case .order: .order
            case .wake: .wake
            case .start: .start
            }
    }

    /// The key that this frame confirms; the server wakes only with a key that was confirmed.
    func writeKey(into frame: inout WireAgentFrame, _ outgoing: inout OutgoingFrame) async throws {
        let held = try await store.udpKeys().first?.id ?? 0
        frame.udpKeyID = held
        frame.udpPort = UInt32(udpPort)
        outgoing.udpKeyID = held
        outgoing.udpPort = udpPort
        if held != confirmedKey || udpPort != confirmedPort { outgoing.saysSomething = true }
    }

    /// What became of an address that the server offered; once a start, and when it changed.
    func writeOfferOutcome(into outgoing: inout OutgoingFrame) async throws {
        guard let outcome = try await store.offerOutcome(), outcome != confirmedOutcome else { return }
        outgoing.message.connectionSettingsStatus.lastConnectionSettingsHash = Data(outcome.hash)
        outgoing.message.connectionSettingsStatus.errorMessage = outcome.reason
        outgoing.message.connectionSettingsStatus.status =
            switch outcome.status {
            case .applied: .applied
            case .applying: .applying
            case .failed: .failed
            }
        outgoing.offerOutcome = outcome
        outgoing.saysSomething = true
    }

    func writeState(into outgoing: inout OutgoingFrame, _ frame: inout WireAgentFrame) async throws {
        let report = try await currentReport()
        let (parts, base) = ledger.selection(for: report)
        frame.stateDigest = Data(report.total)
        if let base { frame.stateBase = Data(base) }
        report.write(parts, to: &outgoing.message, &frame)
        if parts.contains(.description) { outgoing.message.customCapabilities.capabilities = [DeviceCapability.name] }
        outgoing.report = report
        if !parts.isEmpty { outgoing.saysSomething = true }
    }

    func writeInventory(
        into frame: inout WireAgentFrame, _ outgoing: inout OutgoingFrame, always: Bool
    ) async throws {
        let list = await inventory.current()
        if always { frame.inventoryHash = Data(list.hash) }
        guard inventoryBase?.hash != list.hash else { return }
        frame.inventoryHash = Data(list.hash)
        let (added, removed) = list.changes(from: inventoryBase ?? SoftwareList([]))
        frame.inventory.baseHash = Data(inventoryBase?.hash ?? [])
        frame.inventory.hash = Data(list.hash)
        frame.inventory.added = added.prefix(DeviceLimits.inventoryItems).map(Self.wire)
        frame.inventory.removed = removed.map(Self.wire)
        outgoing.inventory = list
        outgoing.saysSomething = true
    }

    private static func wire(_ item: SoftwareItem) -> WireSoftware {
        WireSoftware.with {
            $0.name = item.name
            $0.version = item.version
            $0.architecture = item.architecture
            $0.source = "deb"
        }
    }

    func writeTasks(into frame: inout WireAgentFrame, _ outgoing: inout OutgoingFrame) async throws {
        for run in try await store.unreportedRuns() {
            frame.runs.append(run.wire)
            outgoing.runs.append((run.runID, run.revision))
        }
        for answer in try await store.unreportedAnswers() {
            frame.orderReplies.append(
                WireOrderReply.with {
                    $0.id = Data(answer.id)
                    $0.status = answer.status
                    $0.message = answer.message
                })
            outgoing.answers.append(answer.id)
        }
        if !frame.runs.isEmpty || !frame.orderReplies.isEmpty { outgoing.saysSomething = true }
    }

    func writeSecretsWanted(into frame: inout WireAgentFrame, _ outgoing: inout OutgoingFrame) async throws {
        guard let secrets, let wanted = try await secrets.wanted(for: await installed()) else { return }
        frame.secretsWanted = wanted
        outgoing.saysSomething = true
    }

    /// Once a start, and whenever something changed. Silence means that there are none.
    func writePackages(into outgoing: inout OutgoingFrame) async throws {
        let digest = try await packagesDigest()
        guard digest != confirmedPackages ?? [] else { return }
        outgoing.message.packageStatuses = await packages?.statuses() ?? OpAMPPackageStatuses()
        outgoing.packages = digest
        outgoing.saysSomething = true
    }

    /// Empty for no packages.
    func packagesDigest() async throws -> [UInt8] {
        guard let statuses = await packages?.statuses() else { return [] }
        var options = BinaryEncodingOptions()
        options.useDeterministicOrdering = true
        return Digest.sha256(try statuses.serializedBytes(options: options))
    }

    func installed() async -> Set<String> { Set(await plugins.applications().map(\.plugin)) }

    func writeStatistics(
        into frame: inout WireAgentFrame, _ outgoing: inout OutgoingFrame, session: SessionSettings,
        reason: ConnectionMachine.Reason, now: Int64
    ) async {
        let interval = (session.statisticsInterval > 0 ? session.statisticsInterval : session.syncInterval) * 1_000_000
        // A little early is on time: the timer that brought us here has its own jitter.
        // A clock that was set back must not silence them.
        let due = now - lastStatistics >= interval - interval / 20 || now < lastStatistics
        guard refreshWanted || due else { return }
        refreshWanted = false
        frame.statistics = await plugins.statistics().map(\.wire)
        outgoing.statistics = true
        if !frame.statistics.isEmpty { outgoing.saysSomething = true }
    }

    func currentReport() async throws -> StateReport {
        let applications = await plugins.applications()
        var effective = OpAMPEffectiveConfig()
        for application in applications {
            guard let settings = await plugins.settingsInForce(of: application.plugin) else { continue }
            effective.configMap.configMap[application.plugin] = OpAMPAgentConfigFile.with {
                $0.body = Data(CanonicalJSON.encode(settings))
                $0.contentType = "application/json"
            }
        }
        let policies = try await store.policyReport()
        if policies != .object([:]) {
            effective.configMap.configMap[DeviceDocument.policyReportEntry] = OpAMPAgentConfigFile.with {
                $0.body = Data(CanonicalJSON.encode(policies))
                $0.contentType = "application/json"
            }
        }
        let outcomes = try await store.outcomes()
        let report = try StateReport(
            description: identity.description,
            health: HealthReport.make(applications, start: start).with(storageFault: await store.storageFault),
            effectiveConfig: effective, configStatus: ConfigStatus.make(outcomes, hash: try await store.configHash()),
            applied: outcomes.map(\.wire), former: lastReport)
        lastReport = report
        return report
    }
}
