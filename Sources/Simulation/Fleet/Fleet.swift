import AgentCore
import DesiredState
import DeviceProtocol
import Logging
import OpAMP

/// Devices, a network and a server in virtual time. One driver awaits one call at a time, so that a seed always gives
/// the same history.
package final class Fleet {
    let seed: UInt64
    let plan: Plan
    let sabotage: any Sabotage
    let time = VirtualTime()
    let logger: Logger
    let troubledUntil: Int64
    let end: Int64
    var agenda = Agenda()
    var chance: Chance
    var trace: Trace
    var judge: Judge
    var server: ServerModel
    /// Counts starts of the server: connections of an earlier one are dead.
    var serverStarts = 0
    var backup: ServerTables?
    var hosts: [SimulatedHost] = []
    var links: [Int: Link] = [:]
    var lastLink = 0
    /// Connections that wait to be accepted, in their order.
    var backlog: [Int] = []
    var isGateSet = false
    var lastDocument: Int64 = 0
    private var happened = 0

    /// `traceLines`: how many of its last lines a broken device shows.
    package init(seed: UInt64, plan: Plan, sabotage: any Sabotage = Faithful(), traceLines: Int = 60) {
        trace = Trace(kept: traceLines)
        self.seed = seed
        self.plan = plan
        self.sabotage = sabotage
        chance = Chance(seed: seed)
        logger = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
        troubledUntil = VirtualTime.start + plan.troubled
        end = troubledUntil + plan.calm
        judge = Judge(
            seed: seed, devices: plan.devices, admission: plan.admission, reconnectWindow: plan.reconnectWindow)
        var rows: [DeviceRow] = []
        for device in 0..<plan.devices {
            let uid = Identifier.version7(now: VirtualTime.start, random: (UInt64(device), chance.next()))
            let key = (0..<32).map { UInt8(truncatingIfNeeded: device + $0) }
            // Priorities differ, so that who has to go does not depend on the order of a dictionary.
            rows.append(
                DeviceRow(
                    uid: uid, key: key, syncInterval: plan.syncInterval,
                    keepConnection: chance.happens(plan.keepers), priority: device))
            let clock = DeviceClock(
                time, error: plan.clockError == 0 ? 0 : chance.number(in: -plan.clockError...plan.clockError))
            hosts.append(
                SimulatedHost(
                    number: device, device: device, uid: uid, clock: clock, chance: chance.fork(), image: []))
            judge.hosts.append(HostRecord(lastHeard: time.now, excusedUntil: time.now, interval: plan.syncInterval))
        }
        let epoch = Identifier.version7(now: VirtualTime.start, random: (chance.next(), chance.next()))
        server = ServerModel(
            tables: ServerTables(storeEpoch: epoch, devices: rows), admission: plan.admission,
            ceiling: plan.ceiling, reconnectWindow: plan.reconnectWindow, sabotage: sabotage, now: VirtualTime.start)
    }

    /// Lives to the end, or to the first broken invariant.
    package func run() async throws -> FleetReport {
        let image = try AgentStore.blankImage()
        for host in hosts { host.image = image }
        plantFaults()
        while judge.broken == nil, let (now, occurrence) = agenda.next(), now <= end {
            time.now = now
            await happen(occurrence)
            happened += 1
            // Nothing in here ever waits: others in this process want their turn, too.
            if happened % 16 == 0 { await Task.yield() }
        }
        if judge.broken == nil {
            time.now = end
            await settle()
        }
        for host in hosts { host.agent?.world.release() }
        return FleetReport(
            seed: seed, devices: plan.devices, microseconds: time.now - VirtualTime.start, traceHash: trace.hash,
            lines: trace.count, events: judge.stored.count, violation: violation)
    }

    private var violation: Violation? {
        guard let broken = judge.broken else { return nil }
        let numbers = broken.device.map { device in hosts.filter { $0.device == device }.map(\.number) }
        return Violation(
            invariant: broken.invariant, seed: seed, device: broken.device, text: broken.text,
            trace: trace.last(of: numbers ?? []))
    }

    var isTroubled: Bool { time.now < troubledUntil }

    func later(_ delay: Int64, _ occurrence: Occurrence) { agenda.add(occurrence, at: time.now + max(0, delay)) }

    /// Puts down the next of what happens every `mean`; not in the calm.
    func again(_ mean: Int64, _ occurrence: Occurrence) {
        guard mean > 0 else { return }
        let at = time.now + chance.interval(mean: mean)
        if at < troubledUntil { agenda.add(occurrence, at: at) }
    }

    func note(_ what: StaticString, _ host: SimulatedHost?, _ first: Int64 = 0, _ second: Int64 = 0) {
        trace.add(what, host: host?.number ?? -1, at: time.now, first, second)
    }
}
