import AgentCore
import DeviceProtocol
import Foundation

extension Judge {
    /// An id for a plugin's next event, like no other.
    func nextEventID(of device: Int) -> Identifier {
        devices[device].serial += 1
        return .version7(now: VirtualTime.start, random: (UInt64(device), devices[device].serial << 2))
    }

    /// A device took an event durably.
    func took(_ id: Identifier, on host: SimulatedHost, now: Int64) {
        let device = host.device
        guard devices[device].events[id] == nil else { return }
        devices[device].events[id] = EventFate(takenAt: now, isStored: stored[id] != nil)
        hosts[host.number].waiting.append((id, now))
    }

    /// An overflow dropped it, or its disk was set back.
    func gone(_ ids: some Sequence<Identifier>, device: Int) {
        for id in ids { devices[device].events[id]?.isGone = true }
    }

    /// A device forgot what it did: `kept` is all that it still holds and has not told.
    func forgot(device: Int, kept: [Identifier: String]) {
        for (id, fate) in devices[device].events {
            devices[device].events[id]?.isForgotten = true
            if !fate.isStored, kept[id] == nil { devices[device].events[id]?.isGone = true }
        }
    }

    func storedAtServer(_ event: WireEvent, device: Int) {
        guard let id = Identifier(event.id) else { return }
        if stored[id] != nil {
            fail(.eventsExactlyOnce, device: device, "event \(id) \(event.type) number \(event.number) is stored twice")
        }
        stored[id] = device
        devices[device].events[id]?.isStored = true
        if event.type == "events.lost" { devices[device].toldLost += Self.most(in: event) }
    }

    /// The server's tables went back to what they held at a backup.
    func serverRestored(to ids: [Set<[UInt8]>]) {
        stored = [:]
        for (device, held) in ids.enumerated() {
            for bytes in held { if let id = Identifier(bytes) { stored[id] = device } }
            for id in devices[device].events.keys where devices[device].events[id]?.isStored == true {
                let isHeld = stored[id] != nil
                devices[device].events[id]?.isStored = isHeld
                if !isHeld { devices[device].events[id]?.isWiped = true }
            }
        }
    }

    func oldestWaiting(on host: SimulatedHost) -> Int64? {
        while let first = hosts[host.number].waiting.first {
            let fate = devices[host.device].events[first.id]
            // What a restore took away is no longer the device's to bring.
            guard fate?.isStored == true || fate?.isGone == true || fate?.isWiped == true else { return first.since }
            hosts[host.number].waiting.removeFirst()
        }
        return nil
    }

    /// At the end, when all had time to arrive.
    func settleEvents(of device: Int) {
        let record = devices[device]
        let missing = record.events.filter { !$0.value.isStored && !$0.value.isGone }
        let lost = missing.filter { !$0.value.isWiped }
        if let first = lost.min(by: { $0.value.takenAt < $1.value.takenAt }) {
            fail(
                .eventsExactlyOnce, device: device,
                "\(lost.count) of \(record.events.count) events never came, the first \(first.key) taken at "
                    + "\(Double(first.value.takenAt - VirtualTime.start) / 1_000_000) s")
        }
        let known = missing.filter { !$0.value.isForgotten }.count
        if known > record.toldLost {
            fail(
                .lossIsTold, device: device,
                "a restore of the server lost \(known) events, told were \(record.toldLost)")
        }
    }

    private static func most(in event: WireEvent) -> Int64 {
        let text = String(decoding: event.data, as: UTF8.self)
        guard let place = text.range(of: "\"most\":") else { return 0 }
        return Int64(text[place.upperBound...].prefix { $0.isNumber }) ?? 0
    }
}
