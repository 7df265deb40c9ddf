import DesiredState
package import DeviceProtocol
import Foundation
package import OpAMP
import ServerStore
import SwiftProtobuf
import Synchronization

extension DeviceSync {
    /// What to say to a connected device now, without being asked; nil when there is nothing.
    package func due(
        for device: DeviceUID, peer: DevicePeer, admission: any PersistentAdmission
    ) async throws -> OpAMPServerToAgent? {
        guard try await standing(of: device) == .active, let facts = try await cache.facts(of: device) else {
            return nil
        }
        let offer = await offer(for: facts, peer: peer, admission: admission)
        try await record(offer, for: facts)
        let told = cache.withMemory(of: peer, now: clock.now()) { $0.sentSession }
        var answer = ExchangeAnswer(device: device)
        answer.frame.serverTime = clock.now()
        answer.frame.storeEpoch = Data(identity.storeEpoch.bytes)
        answer.frame.session = offer.wire
        answer.speaksMartlet = !facts.isStranger
        if facts.isStranger { answer.instanceUID = facts.instanceUID }
        try await addDue(to: &answer, facts: facts, peer: peer, offer: offer, heldKey: facts.udpKeyConfirmed)
        guard
            (offer != told && answer.speaksMartlet) || answer.remoteConfig != nil || answer.connectionSettings != nil
                || !answer.frame.orders.isEmpty || (answer.frame.hasPlace && answer.speaksMartlet)
        else { return nil }
        return try answer.message()
    }

    /// Configuration, key and orders that this connection has not carried yet.
    ///
    /// `sentConfigAgain`: the device reported everything anew, so what was sent before may be lost.
    func addDue(
        to answer: inout ExchangeAnswer, facts: DeviceFacts, peer: DevicePeer, offer: SessionOffer, heldKey: UInt32,
        heldPlace: [UInt8]? = nil, sentConfigAgain: Bool = false
    ) async throws {
        let now = clock.now()
        let known = cache.withMemory(of: peer, now: now) { $0 }
        guard facts.hold == nil else {
            return remember(answer, offer: offer, pending: [], place: nil, peer: peer, now: now)
        }
        // Of a connection of which nothing is known yet the first frame says what the device knows.
        let place = heldPlace ?? known.knownPlace
        if let place, place != facts.place.digest { answer.frame.place = facts.place.wire }
        if let address = AddressOffer(for: facts), known.sentAddress != address.hash {
            answer.connectionSettings = address.wire
        }
        if wantsConfig(facts, sent: sentConfigAgain ? nil : known.sentHash), let hash = facts.documentHash {
            (answer.remoteConfig, answer.packages) = try await document(of: facts.uid, hash: hash)
        }
        if facts.udpPort > 0, facts.udpKeyID != 0, heldKey != facts.udpKeyID, known.sentKeyID != facts.udpKeyID {
            answer.frame.session.udpKey.id = facts.udpKeyID
            answer.frame.session.udpKey.key = Data(try await udpKey(of: facts.uid, id: facts.udpKeyID) ?? [])
        }
        let orders = facts.pendingOrders.filter {
            $0.expires > now && known.sentOrders[$0.id, default: .min] <= now - ConnectionMemory.orderRepeat
        }
        for order in orders.prefix(ExchangeAnswer.mostOrders) {
            answer.frame.orders.append(try WireOrder(serializedBytes: order.body))
        }
        answer.frame.more = orders.count > ExchangeAnswer.mostOrders
        answer.frame.refresh = answer.frame.orders.contains(where: \.isSync)
        remember(
            answer, offer: offer, pending: facts.pendingOrders, place: place == nil ? nil : facts.place.digest,
            peer: peer, now: now)
    }

    private func remember(
        _ answer: ExchangeAnswer, offer: SessionOffer, pending: [PendingOrder], place: [UInt8]?,
        peer: DevicePeer, now: Int64
    ) {
        cache.withMemory(of: peer, now: now) { memory in
            memory.sentSession = offer
            if let place { memory.knownPlace = place }
            // A connection may live for months: what was replied to is forgotten.
            if !memory.sentOrders.isEmpty {
                let ids = Set(pending.map(\.id))
                memory.sentOrders = memory.sentOrders.filter { ids.contains($0.key) }
            }
            if let settings = answer.connectionSettings { memory.sentAddress = Array(settings.hash) }
            if let config = answer.remoteConfig { memory.sentHash = Array(config.configHash) }
            if answer.frame.session.hasUdpKey { memory.sentKeyID = answer.frame.session.udpKey.id }
            for order in answer.frame.orders { if let id = Identifier(order.id) { memory.sentOrders[id] = now } }
        }
    }

    private func wantsConfig(_ facts: DeviceFacts, sent: [UInt8]?) -> Bool {
        guard let hash = facts.documentHash else { return false }
        let accepts = facts.capabilities & UInt64(OpAMPAgentCapabilities.acceptsRemoteConfig.rawValue) != 0
        // A stranger that was never given anything keeps what it has: nothing is declared for it.
        if facts.isStranger, hash == DeviceDocument.hashOfNothing, facts.reportedHash ?? [] == [], sent ?? hash == hash
        {
            return false
        }
        return accepts && hash != facts.reportedHash && hash != sent
    }

    /// The document as it is stored. Read with its hash in one view, so that they belong together. Packages travel in
    /// OpAMP's own words.
    private func document(
        of device: DeviceUID, hash: [UInt8]
    ) async throws -> (OpAMPAgentRemoteConfig, OpAMPPackagesAvailable?) {
        let (current, rows, packages) = try await store.read { reader in
            let rows = try reader.query(
                "SELECT entry, body FROM device_entries WHERE device_uid = $1 ORDER BY entry", [.blob(device.bytes)])
            let entry = try rows.first { try $0.text("entry") == DeviceDocument.packagesEntry }
            return (
                try reader.first("SELECT document_hash FROM devices WHERE uid = $1", [.blob(device.bytes)])?
                    .optionalBlob("document_hash"), rows,
                try entry.map { try OpAMPPackagesAvailable(entry: Array($0.text("body").utf8), in: reader) }
            )
        }
        var config = OpAMPAgentRemoteConfig()
        config.configHash = Data(current ?? hash)
        config.config = OpAMPAgentConfigMap()
        for row in rows where try row.text("entry") != DeviceDocument.packagesEntry {
            var file = OpAMPAgentConfigFile()
            file.body = Data(try row.text("body").utf8)
            file.contentType = "application/json"
            config.config.configMap[try row.text("entry")] = file
        }
        return (config, packages)
    }

    func offer(
        for facts: DeviceFacts, peer: DevicePeer, admission: any PersistentAdmission
    ) async -> SessionOffer {
        let (window, place) = sessions.withLock { ($0.windowSeconds, $0[facts.uid]) }
        var grant: PersistentGrant?
        // Of two agents under one identity, one keeps its connection at most.
        if facts.intents.keepConnection, facts.hold == nil || place?.connection == peer.connection {
            grant = await admission.decide(facts.uid, priority: facts.intents.priority)
        }
        return SessionOffer(
            intents: facts.intents, grant: grant, reconnectWindow: window, reconnectSlot: place?.slot ?? 0,
            hold: facts.hold?.reason ?? "")
    }

    /// A refusal is shown to the operator; it is written when it begins, changes or ends.
    func record(_ offer: SessionOffer, for facts: DeviceFacts) async throws {
        let reason = offer.refusedReason.isEmpty ? nil : offer.refusedReason
        let outlived =
            reason != nil && facts.refusedUntil ?? 0 < clock.now() && facts.refusedUntil != offer.refusedUntil
        guard reason != facts.refusedReason || outlived else { return }
        let until = reason == nil ? nil : offer.refusedUntil
        try await write(about: facts.uid, .control, rows: 1) { transaction in
            _ = try transaction.execute(
                "UPDATE devices SET refused_reason = $2, refused_until = $3 WHERE uid = $1",
                [.blob(facts.uid.bytes), .text(reason), .integer(until)])
        }
    }
}

extension WireOrder {
    package var isSync: Bool { if case .syncNow = action { true } else { false } }
}
