package import DeviceProtocol
import Failpoints
import Foundation
package import Logging
package import OpAMP
package import ServerStore
import Synchronization

/// Every exchange with a device: what it says is stored, what is due is answered.
///
/// Thread-safe. What an answer acknowledges is committed. A message in which nothing changed costs a mark in a later
/// batch and nothing else.
package final class DeviceSync: Sendable {
    let store: any SQLStore
    let writer: GroupedWriter
    let cache: DeviceFactsCache
    let identity: ServerIdentity
    package let revocations: RevocationFile
    let clock: ServerClock
    let node: String
    /// Seconds after its expiry in which a certificate may still be renewed.
    let certificateGrace: Int64
    let secrets: SecretDelivery
    let logger: Logger
    /// Signalled after events were stored.
    package let eventFeed: ChangeFeed
    /// Signalled after runs, orders or states of devices changed.
    package let reportFeed: ChangeFeed
    /// Compiles documents; one for all of the server, so that what it remembers serves all.
    let refresher: DocumentRefresher
    /// The connection that each persistent device holds in this process, and its place in the reconnect window.
    let sessions: Mutex<ConnectedDevices>
    /// A type of its own: a closure that is itself what a `Mutex` holds is wrapped once more each time that the lock is taken.
    private struct Callbacks: Sendable {
        /// What is to be done when a rollout was halted, apart from the exchange that showed it.
        var haltedRollout: (@Sendable () async -> Void)?
        /// Told of devices for which something became due without an operator's asking.
        var somethingDue: (@Sendable (Set<DeviceUID>, _ ofMany: Bool) async -> Void)?
    }
    private let callbacks = Mutex(Callbacks())

    /// `window`: what devices are told of how to return.
    package init(
        store: any SQLStore, writer: GroupedWriter, identity: ServerIdentity, vault: SecretVault,
        revocations: RevocationFile = RevocationFile(), node: String = "main",
        window: ReconnectWindow = ReconnectWindow(connectionsPerSecond: 500, atLeast: 30),
        certificateGrace: Int64 = DeviceAccess.defaultGrace, clock: ServerClock = .system,
        eventFeed: ChangeFeed = ChangeFeed(), reportFeed: ChangeFeed = ChangeFeed(),
        logger: Logger
    ) {
        self.store = store
        self.writer = writer
        self.identity = identity
        self.revocations = revocations
        self.node = node
        sessions = Mutex(ConnectedDevices(window: window))
        self.certificateGrace = certificateGrace
        self.clock = clock
        self.eventFeed = eventFeed
        self.reportFeed = reportFeed
        self.logger = logger
        secrets = SecretDelivery(store: store, vault: vault, logger: logger)
        let cache = DeviceFactsCache(store: store, clock: clock)
        self.cache = cache
        refresher = DocumentRefresher(writer: writer) { cache.moment() }
    }

    /// Cheap enough for every connection; a revocation shows in the next call.
    package func standing(of uid: DeviceUID) async throws -> DeviceStanding {
        if revocations.contains(uid) { return .revoked }
        return try await cache.facts(of: uid)?.standing ?? .unknown
    }

    /// Frees what the store keeps only to be faster.
    package func freeMemory() { store.freeMemory() }

    /// `work` runs after too many devices failed to take a package; it has the documents made anew and carried.
    package func whenRolloutHalts(_ work: @escaping @Sendable () async -> Void) {
        callbacks.withLock { $0.haltedRollout = work }
    }

    /// `work` is given the devices whose documents were made anew, or that are to return otherwise, to be told; `ofMany`: some of them.
    package func whenSomethingIsDue(_ work: @escaping @Sendable (Set<DeviceUID>, _ ofMany: Bool) async -> Void) {
        callbacks.withLock { $0.somethingDue = work }
    }

    /// Tells the devices of one change that concerns many.
    func tell(_ devices: Set<DeviceUID>) async {
        guard !devices.isEmpty else { return }
        await callbacks.withLock { $0 }.somethingDue?(devices, true)
    }

    /// Makes documents anew that are stale. Devices of which some are done are told while others are still made; the one that is being
    /// answered need not be. Returns those whose document is another.
    @discardableResult
    func refreshDocuments(answering mine: DeviceUID? = nil) async throws -> Set<DeviceUID> {
        var told: Set<DeviceUID> = []
        // Few, as long as it is not known whether they are all.
        var waiting: Set<DeviceUID> = []
        let tell = callbacks.withLock { $0 }.somethingDue
        do {
            while true {
                let some = try await refresher.refreshSome()
                cache.keep(some)
                if !some.hashes.isEmpty { Failpoint.documentsCompiled.pass() }
                waiting.formUnion(some.hashes.keys)
                if let mine { waiting.remove(mine) }
                guard some.hasMore else { break }
                guard !told.isEmpty || waiting.count > AwaitedChange.mostDevices else { continue }
                if !waiting.isEmpty { await tell?(waiting, true) }
                told.formUnion(waiting)
                waiting = []
            }
        } catch {
            // It may have been committed all the same, and then no later refresh meets these devices.
            cache.invalidateAll()
            if !waiting.isEmpty { await tell?(waiting, true) }
            throw error
        }
        if !waiting.isEmpty { await tell?(waiting, !told.isEmpty) }
        return told.union(waiting)
    }

    /// To be called after any change of rows that concern devices' connections, documents or orders.
    package func invalidate(_ devices: some Sequence<DeviceUID>) { cache.invalidate(devices) }
    package func invalidateAll() { cache.invalidateAll() }

    /// Answers one message. `contested`: another connection of the device answered while this one was made. A message
    /// that cannot be used, or that could not be stored, is answered with
    /// `error_response` alone; it throws only when the store cannot be read.
    package func exchange(
        _ message: OpAMPAgentToServer, from peer: DevicePeer, admission: any PersistentAdmission,
        contested: Bool = false
    ) async throws -> OpAMPServerToAgent {
        // A connection that ended meanwhile was forgotten already, and remembered again.
        let wasHeld = holds(peer)
        defer { if wasHeld, !holds(peer) { cache.forget(peer) } }
        let now = clock.now()
        guard !revocations.contains(peer.uid), var facts = try await cache.facts(of: peer.uid),
            facts.standing == .active
        else {
            return ExchangeAnswer.refusal(peer.uid, .badRequest, "this server does not accept device \(peer.uid)")
        }
        do {
            let report = try AgentReport(message, from: peer.uid)
            if let frame = report.frame, frame.startCounter > 0 {
                facts = try await arrive(frame, facts: facts, peer: peer, contested: contested)
            }
            let work = ExchangeWork(report, facts: facts, peer: peer)
            let stored = try await store(report, work: work, facts: facts, peer: peer, now: now)
            if let move = stored.move {
                logger.notice(
                    "a rule moved the device",
                    metadata: ["device": "\(move.device)", "from": "\(move.from)", "to": "\(move.to)"])
            }
            if stored.haltedRollout {
                logger.warning("a rollout halted", metadata: ["device": "\(peer.uid)"])
                eventFeed.signal()
                if let work = callbacks.withLock({ $0 }).haltedRollout { Task { await work() } }
            }
            let isAnother = report.saysStranger.map { $0 != facts.isStranger } ?? false
            if isAnother || stored.move != nil { try await refreshDocuments(answering: peer.uid) }
            let current = work.writesControl ? try await cache.facts(of: peer.uid) ?? facts : facts
            return try await answer(
                report, work: work, stored: stored, facts: current, peer: peer, admission: admission)
        } catch let error as CoreError where error.code == .invalid {
            logger.warning("message refused", metadata: ["device": "\(peer.uid)", "reason": "\(error)"])
            return ExchangeAnswer.refusal(peer.uid, .badRequest, error.message)
        } catch {
            logger.error("message not stored", metadata: ["device": "\(peer.uid)", "error": "\(error)"])
            return ExchangeAnswer.refusal(
                peer.uid, .unavailable, "the server could not store the message", retryAfterSeconds: 30)
        }
    }

    private func answer(
        _ report: AgentReport, work: ExchangeWork, stored: ExchangeStored, facts: DeviceFacts, peer: DevicePeer,
        admission: any PersistentAdmission
    ) async throws -> OpAMPServerToAgent {
        var offer = await offer(for: facts, peer: peer, admission: admission)
        offer.newIdentity = facts.hold?.isNewcomer(Array(report.frame?.startID ?? Data())) ?? false
        try await record(offer, for: facts)
        var answer = ExchangeAnswer(device: peer.uid)
        answer.asksFullState = work.trust == .outdated
        answer.speaksMartlet = report.frame != nil
        if report.frame == nil, !report.message.instanceUid.isEmpty {
            answer.instanceUID = Array(report.message.instanceUid)
            answer.givesIdentity = report.asksForIdentity
        }
        answer.frame.serverTime = clock.now()
        answer.frame.storeEpoch = Data(identity.storeEpoch.bytes)
        answer.frame.session = offer.wire
        answer.frame.receipts = stored.receipts
        if let frame = report.frame {
            answer.frame.acknowledged = frame.frame
            sayInventory(frame, stored: stored, held: facts.inventoryHash, in: &answer.frame)
            // Copies are not asked: neither knows what the other began.
            if frame.startCounter > 0, facts.hold == nil {
                answer.frame.openRuns = facts.openRuns.prefix(ExchangeAnswer.mostOpenRuns).map { Data($0.bytes) }
            }
        }
        if let wanted = report.frame?.secretsWanted, !wanted.names.isEmpty, facts.hold == nil {
            answer.frame.secrets = try await secrets.answer(wanted, of: peer.uid)
        }
        let held = report.frame?.udpKeyID ?? 0
        let isFirst = report.frame.map { $0.startCounter > 0 } ?? false
        try await addDue(
            to: &answer, facts: facts, peer: peer, offer: offer, heldKey: held,
            heldPlace: isFirst ? Array(report.frame?.placeDigest ?? Data()) : nil, sentConfigAgain: work.trust == .full)
        return try answer.message()
    }

    private func sayInventory(
        _ frame: WireAgentFrame, stored: ExchangeStored, held: [UInt8]?, in answer: inout WireServerFrame
    ) {
        guard !frame.inventoryHash.isEmpty || frame.hasInventory else { return }
        let differs = !frame.inventoryHash.isEmpty && Array(frame.inventoryHash) != held
        guard differs || frame.hasInventory else { return }
        answer.inventoryKnown = Data(held ?? [])
        answer.inventoryWanted = differs || !stored.inventoryTaken
    }
}
