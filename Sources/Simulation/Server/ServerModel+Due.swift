import DeviceProtocol
import Foundation
import OpAMP
import ServerCore
import SwiftProtobuf

extension ServerModel {
    /// What to say to a connected device now, without being asked; nil when there is nothing.
    mutating func due(for device: Int, link: Int, now: Int64) throws -> OpAMPServerToAgent? {
        let offer = offer(to: device, over: link, now: now)
        let facts = tables.devices[device].facts
        let told = memories[link]?.sentSession
        var answer = ExchangeAnswer(device: facts.uid)
        answer.frame.serverTime = now
        answer.frame.storeEpoch = Data(tables.storeEpoch.bytes)
        answer.frame.session = offer.wire
        addDue(
            to: &answer, device: device, link: link, offer: offer, heldKey: facts.udpKeyConfirmed,
            sentConfigAgain: false, now: now)
        guard offer != told || answer.remoteConfig != nil || !answer.frame.orders.isEmpty else { return nil }
        return try answer.message()
    }

    /// Configuration, key and orders that this connection has not carried yet.
    mutating func addDue(
        to answer: inout ExchangeAnswer, device: Int, link: Int, offer: SessionOffer, heldKey: UInt32,
        sentConfigAgain: Bool, now: Int64
    ) {
        let row = tables.devices[device]
        let facts = row.facts
        var memory = memories[link] ?? ConnectionMemory()
        // Of two that share an identity nobody gets anything.
        guard facts.hold == nil else {
            memory.sentSession = offer
            memories[link] = memory
            return
        }
        if let hash = facts.documentHash, hash != facts.reportedHash,
            sentConfigAgain || hash != memory.sentHash
        {
            answer.remoteConfig = Self.remoteConfig(row.document, hash: hash)
            memory.sentHash = hash
        }
        if facts.udpPort > 0, heldKey != facts.udpKeyID, memory.sentKeyID != facts.udpKeyID {
            answer.frame.session.udpKey.id = facts.udpKeyID
            answer.frame.session.udpKey.key = Data(row.udpKey)
            memory.sentKeyID = facts.udpKeyID
        }
        let orders = facts.pendingOrders.filter {
            $0.expires > now && memory.sentOrders[$0.id, default: .min] <= now - ConnectionMemory.orderRepeat
        }
        for order in orders.prefix(ExchangeAnswer.mostOrders) {
            guard let wire = try? WireOrder(serializedBytes: order.body) else { continue }
            answer.frame.orders.append(wire)
            memory.sentOrders[order.id] = now
        }
        answer.frame.more = orders.count > ExchangeAnswer.mostOrders
        answer.frame.refresh = answer.frame.orders.contains(where: \.isSync)
        memory.sentSession = offer
        memories[link] = memory
    }

    private static func remoteConfig(_ document: [String: [UInt8]], hash: [UInt8]) -> OpAMPAgentRemoteConfig {
        var config = OpAMPAgentRemoteConfig()
        config.configHash = Data(hash)
        config.config = OpAMPAgentConfigMap()
        for (name, body) in document {
            var file = OpAMPAgentConfigFile()
            file.body = Data(body)
            file.contentType = "application/json"
            config.config.configMap[name] = file
        }
        return config
    }
}
