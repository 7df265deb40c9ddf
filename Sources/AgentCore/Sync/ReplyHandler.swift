import DeviceProtocol
import FoundationEssentials
package import Logging
package import OpAMP
import SwiftProtobuf

/// Does what a message of the server asks, whatever it came over.
package struct ReplyHandler: Sendable {
    /// What a message means for the exchange it came in.
    package struct Result: Sendable {
        /// The server has stored our frames through this number.
        package var acknowledged: UInt64 = 0
        /// There was no frame of ours in it: the server may be one that speaks plain OpAMP.
        package var isPlain = true
        /// The server has more to say, or asked for something to be said.
        package var more = false
        package var session: SessionSettings?
        /// Another address or identity is to be tried.
        package var routeMayChange = false
    }

    let store: AgentStore
    let composer: FrameComposer
    let applier: DesiredStateApplier
    let orders: OrderHandler
    let logger: Logger
    let environment: AgentEnvironment
    let time: TrustedTime

    package init(
        store: AgentStore, composer: FrameComposer, applier: DesiredStateApplier, orders: OrderHandler, logger: Logger,
        environment: AgentEnvironment = .system, time: TrustedTime = TrustedTime(known: 0)
    ) {
        self.store = store
        self.composer = composer
        self.applier = applier
        self.orders = orders
        self.logger = logger
        self.environment = environment
        self.time = time
    }

    /// Throws a `LinkError` when the server says no; then nothing is acknowledged.
    package func handle(_ message: OpAMPServerToAgent, session: SessionSettings) async throws -> Result {
        if message.hasErrorResponse { throw Self.refusal(message.errorResponse) }
        var result = Result()
        if message.flags & UInt64(OpAMPServerToAgentFlags.reportFullState.rawValue) != 0 {
            await composer.forgetState()
            result.more = true
        }
        if message.hasCustomMessage, message.customMessage.capability == DeviceCapability.name,
            message.customMessage.type == DeviceCapability.serverFrame
        {
            let frame: WireServerFrame
            do { frame = try WireServerFrame(serializedBytes: message.customMessage.data) } catch {
                throw LinkError(.malformed, "the server's frame cannot be read: \(error)")
            }
            result.isPlain = false
            try await take(frame, &result, session)
        } else if message.connectionSettings.opamp.heartbeatIntervalSeconds > 0 {
            result.session = try await take(
                heartbeat: message.connectionSettings.opamp.heartbeatIntervalSeconds, session)
        }
        if message.hasConnectionSettings, try await take(message.connectionSettings) {
            result.routeMayChange = true
            result.more = true
        }
        if message.hasRemoteConfig {
            let packages = message.hasPackagesAvailable ? message.packagesAvailable : nil
            if try await applier.take(message.remoteConfig, packages: packages) { result.more = true }
        }
        return result
    }

    private func take(_ frame: WireServerFrame, _ result: inout Result, _ session: SessionSettings) async throws {
        result.acknowledged = frame.acknowledged
        result.more = result.more || frame.more
        let now = environment.now()
        // The epoch first: receipts of the same frame may be the ones that show what a restored store lost.
        if !frame.storeEpoch.isEmpty, try await store.take(storeEpoch: Array(frame.storeEpoch)) {
            logger.notice("the server's store was restored from a backup: everything is told again")
            await composer.forgetAll()
            result.more = true
        }
        try await store.take(frame.receipts, now: now)
        for receipt in frame.receipts { try await report(receipt.refused, now: now) }
        if frame.serverTime > 0 {
            time.learn(frame.serverTime)
            try await store.keep(serverTime: time.known)
        }
        if frame.hasSession {
            result.session = try await take(frame.session, at: frame.serverTime, session)
            if frame.session.newIdentity {
                if try await store.want(newIdentity: true) { result.routeMayChange = true }
            } else if frame.session.hold.isEmpty {
                _ = try await store.want(newIdentity: false)
            }
        }
        if frame.hasPlace {
            let place = DevicePlace(frame.place)
            try await store.keep(place)
            logger.info(
                "the device's place", metadata: ["group": "\(place.group)", "placedBy": "\(place.placedBy)"])
        }
        if frame.inventoryWanted {
            await composer.serverHoldsInventory(hash: Array(frame.inventoryKnown))
            result.more = true
        }
        if frame.refresh {
            await composer.wantRefresh()
            result.more = true
        }
        if let secrets = composer.secrets, try await !secrets.take(frame.secrets).isEmpty {
            await applier.begin()
            result.more = true
        }
        for id in frame.openRuns.compactMap({ RunID(Array($0)) }) where try await store.noteLost(id, now: now) {
            logger.warning("the server knows a run that this device does not", metadata: ["run": "\(id)"])
            result.more = true
        }
        // Those that are new say so themselves, when there is something to say.
        if try await orders.take(frame.orders, serverTime: frame.serverTime) { result.more = true }
    }

    /// Another address of the server; an offer without one, or one that cannot be used, is none.
    private func take(_ offers: OpAMPConnectionSettingsOffers) async throws -> Bool {
        let url = offers.opamp.destinationEndpoint
        guard !url.isEmpty, !offers.hash.isEmpty, offers.hash.count <= ConnectionOffer.longestHash else { return false }
        guard let endpoint = ServerEndpoint(url: url) else {
            logger.warning("the server offers an address that cannot be used", metadata: ["address": "\(url)"])
            return false
        }
        return try await store.take(ConnectionOffer(hash: Array(offers.hash), endpoint: endpoint))
    }

    private func take(
        _ session: WireSession, at serverTime: Int64, _ old: SessionSettings
    ) async throws -> SessionSettings {
        var new = old
        let range = SessionSettings.syncIntervalRange
        if session.syncIntervalSeconds > 0 {
            new.syncInterval = min(max(Int64(session.syncIntervalSeconds), range.lowerBound), range.upperBound)
        }
        if session.mode != .unspecified { new.keepConnection = session.mode == .persistent }
        new.refusedReason = session.refusedReason
        new.refusedUntil =
            session.refusedUntil > 0
            ? environment.steady() + SessionSettings.refusal(until: session.refusedUntil, serverTime) : 0
        new.hold = session.hold
        if session.reconnectSlot > 0 { new.reconnectSlot = min(Int64(session.reconnectSlot), SessionSettings.slots) }
        if session.reconnectWindowSeconds > 0 {
            new.reconnectWindow = min(Int64(session.reconnectWindowSeconds), SessionSettings.longestReconnectWindow)
        }
        new.statisticsInterval = Int64(session.statisticsIntervalSeconds)
        if session.hasUdpKey, session.udpKey.key.count == Datagram.keyBytes {
            try await store.take(UDPKey(id: session.udpKey.id, bytes: Array(session.udpKey.key)))
        }
        if new.lasting != old.lasting { try await store.keep(new) }
        return new
    }

    /// A plain server says in OpAMP's words how often it wants to hear of the device.
    private func take(heartbeat seconds: UInt64, _ old: SessionSettings) async throws -> SessionSettings {
        var new = old
        let range = SessionSettings.syncIntervalRange
        new.syncInterval = min(max(Int64(clamping: seconds), range.lowerBound), range.upperBound)
        if new.lasting != old.lasting { try await store.keep(new) }
        return new
    }

    /// An event that the server will never take is gone from the spool; that is worth an event.
    private func report(_ refused: [WireRefusedEvent], now: Int64) async throws {
        guard let first = refused.first else { return }
        logger.error("the server refused events", metadata: ["count": "\(refused.count)", "reason": "\(first.reason)"])
        let event = SpooledEvent(
            id: environment.identifier(now).bytes, application: AgentEvent.application, severity: 2,
            type: AgentEvent.eventRefused,
            text: "the server refused \(refused.count) event(s): \(first.reason.prefix(200))", time: now)
        _ = try await store.append([event], from: nil, now: now)
    }

    private static func refusal(_ error: OpAMPServerErrorResponse) -> LinkError {
        let hint: Int64? =
            if case .retryInfo(let info) = error.details { Int64(clamping: info.retryAfterNanoseconds / 1_000) } else {
                nil
            }
        return LinkError(.refused, "the server says: \(error.errorMessage)", retryAfter: hint)
    }
}
