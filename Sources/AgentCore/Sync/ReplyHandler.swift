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
        /// The server has more to say, or asked for something to be said.
        package var more = false
        package var session: SessionSettings?
    }

    let store: AgentStore
    let composer: FrameComposer
    let applier: DesiredStateApplier
    let orders: OrderHandler
    let logger: Logger
    var environment = AgentEnvironment.system

    package init(
        store: AgentStore, composer: FrameComposer, applier: DesiredStateApplier, orders: OrderHandler, logger: Logger,
        environment: AgentEnvironment = .system
    ) {
        self.store = store
        self.composer = composer
        self.applier = applier
        self.orders = orders
        self.logger = logger
        self.environment = environment
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
            try await take(frame, &result, session)
        }
        if message.hasRemoteConfig, try await applier.take(message.remoteConfig) { result.more = true }
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
        if frame.hasSession { result.session = try await take(frame.session, session) }
        if frame.inventoryWanted {
            await composer.serverHoldsInventory(hash: Array(frame.inventoryKnown))
            result.more = true
        }
        if frame.refresh {
            await composer.wantRefresh()
            result.more = true
        }
        if !frame.orders.isEmpty {
            try await orders.take(frame.orders, serverTime: frame.serverTime)
            result.more = true
        }
    }

    private func take(_ session: WireSession, _ old: SessionSettings) async throws -> SessionSettings {
        var new = old
        let range = SessionSettings.syncIntervalRange
        if session.syncIntervalSeconds > 0 {
            new.syncInterval = min(max(Int64(session.syncIntervalSeconds), range.lowerBound), range.upperBound)
        }
        if session.mode != .unspecified { new.keepConnection = session.mode == .persistent }
        new.refusedReason = session.refusedReason
        new.refusedUntil = session.refusedUntil
        if session.reconnectWindowSeconds > 0 {
            new.reconnectWindow = min(Int64(session.reconnectWindowSeconds), SessionSettings.longestReconnectWindow)
        }
        new.statisticsInterval = Int64(session.statisticsIntervalSeconds)
        if session.hasUdpKey, session.udpKey.key.count == Datagram.keyBytes {
            try await store.take(UDPKey(id: session.udpKey.id, bytes: Array(session.udpKey.key)))
        }
        if new != old { try await store.keep(new) }
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
