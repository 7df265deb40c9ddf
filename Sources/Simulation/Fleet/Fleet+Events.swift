import AgentCore
import DeviceProtocol

extension Fleet {
    static let plugin = "sim.application"

    /// A plugin emits a few events.
    func emit(_ host: SimulatedHost) async {
        again(plan.events, .emit(host: host.number))
        guard host.agent != nil else { return }
        let count = Int(host.chance.number(in: 1...3))
        let events = (0..<count).map { _ in
            SpooledEvent(
                id: judge.nextEventID(of: host.device).bytes, application: Self.plugin,
                severity: Int(host.chance.number(in: 1...4)), type: "sim.event", text: "it happened",
                time: host.clock.now)
        }
        await append(events, on: host)
        await bury(host)
    }

    /// A plugin that was never told that the agent has its events emits them again.
    func sayAgain(_ host: SimulatedHost) async {
        guard host.agent?.world.isDead == false, !host.unsaid.isEmpty else { return }
        let events = host.unsaid
        host.unsaid = []
        await append(events, on: host)
    }

    private func append(_ events: [SpooledEvent], on host: SimulatedHost) async {
        guard let agent = host.agent, !agent.world.isDead else { return }
        do {
            let mayOverflow = await agent.store.spoolDepth().events + Int64(events.count) > plan.spooledEvents
            let before = mayOverflow ? try await spooled(agent.store) : [:]
            let admissions = try await agent.store.append(events, from: Self.plugin, now: host.clock.now)
            for (event, admission) in zip(events, admissions) where admission == .stored {
                if let id = Identifier(event.id) { judge.took(id, on: host, now: time.now) }
            }
            note("takes events", host, Int64(events.count), Int64(admissions.filter { $0 == .duplicate }.count))
            if mayOverflow {
                try await noteOverflow(
                    host, before: before, after: try await spooled(agent.store),
                    new: events.compactMap { Identifier($0.id) })
            }
            // It died after the commit and before it could say so.
            if agent.world.isDead { host.unsaid = events }
        } catch {
            host.unsaid = events
            guard agent.world.isDead else {
                judge.fail(.sound, device: host.device, "the spool refuses: \(error)")
                return
            }
            return
        }
        wakeWaiter(agent)
        await tell(host, .due(.event))
        await drain(host)
    }

    private func noteOverflow(
        _ host: SimulatedHost, before: [Identifier: String], after: [Identifier: String], new: [Identifier]
    ) async throws {
        let dropped = (Array(before.keys) + new).filter { after[$0] == nil }
        guard !dropped.isEmpty else { return }
        judge.gone(dropped, device: host.device)
        let told = after.contains { $0.value == AgentEvent.eventsDropped && before[$0.key] == nil }
        if !told { judge.fail(.lossIsTold, device: host.device, "an overflow dropped \(dropped.count) silently") }
    }

    /// The events that a store holds unacknowledged, with their types.
    func spooled(_ store: AgentStore) async throws -> [Identifier: String] {
        var ids: [Identifier: String] = [:]
        for batch in try await store.nextBatches(bytes: .max / 2, now: 0) {
            for event in batch.events { if let id = Identifier(event.id) { ids[id] = event.type } }
        }
        return ids
    }

    func changeState(_ host: SimulatedHost) async {
        again(plan.stateChanges, .stateChange(host: host.number))
        guard let agent = host.agent else { return }
        agent.plugins.change()
        await tell(host, .due(.change))
        await bury(host)
    }
}
