import AgentCore
import DeviceProtocol
import OpAMP
import SwiftProtobuf

/// The device's end of a connection: what the product's `ConnectionRunner` does between machine, composer and link.
extension Fleet {
    func opened(_ number: Int) async {
        guard let link = links[number], !link.isOverAtDevice, let (host, agent) = speaker(on: number) else { return }
        links[number]?.isOpenAtDevice = true
        note("is connected", host, Int64(number))
        await agent.composer.beginConnection()
        switch link.kind {
        case .exchange:
            agent.rounds = 0
            await say(host, agent, agent.reason, number)
        case .persistent:
            agent.persistent = PersistentExchange()
            await tell(host, .persistentOpened)
            await drain(host)
        }
        await bury(host)
    }

    /// The agent at the device's end; nil when it is another start of it by now.
    private func speaker(on number: Int) -> (SimulatedHost, RunningAgent)? {
        guard let link = links[number] else { return nil }
        let host = hosts[link.host]
        guard let agent = host.agent, host.boots == link.boot, agent.link == number else { return nil }
        return (host, agent)
    }

    // MARK: One exchange after the other

    private func say(
        _ host: SimulatedHost, _ agent: RunningAgent, _ reason: ConnectionMachine.Reason, _ number: Int
    ) async {
        await tell(host, .composing)
        do {
            let frame = try await agent.composer.compose(
                reason: reason, eventBytes: DeviceLimits.eventRequestBytes, session: agent.machine.settings,
                now: host.clock.now)
            agent.outgoing = frame
            send(frame, from: host, agent, over: number)
        } catch { await broken(error, host, agent, number) }
    }

    func send(_ frame: OutgoingFrame, from host: SimulatedHost, _ agent: RunningAgent, over number: Int) {
        guard !agent.world.isDead else { return }
        var message = frame.message
        if sabotage.touchesFrames, var wire = try? WireAgentFrame(serializedBytes: message.customMessage.data) {
            sabotage.said(&wire)
            if let data = try? wire.serializedData() { message.customMessage.data = data }
        }
        note("says", host, Int64(number), Int64(frame.number))
        later(Self.answerTimeout, .answerTimeout(link: number, frame: frame.number))
        guard let at = arrival(over: number, toServer: true) else { return }
        agenda.add(.request(link: number, message), at: at)
    }

    func hear(_ message: OpAMPServerToAgent, on number: Int) async {
        guard let link = links[number], !link.isOverAtDevice, !link.isDead, let (host, agent) = speaker(on: number)
        else { return }
        var message = message
        if sabotage.touchesFrames, var wire = try? WireServerFrame(serializedBytes: message.customMessage.data) {
            sabotage.heard(&wire)
            if let data = try? wire.serializedData() { message.customMessage.data = data }
        }
        note("hears", host, Int64(number))
        do {
            let result = try await agent.handler.handle(message, session: agent.machine.settings)
            switch link.kind {
            case .exchange: try await heard(result, host, agent, number)
            case .persistent: try await received(result, host, agent, number)
            }
        } catch { await broken(error, host, agent, number) }
        await bury(host)
    }

    private func heard(
        _ result: ReplyHandler.Result, _ host: SimulatedHost, _ agent: RunningAgent, _ number: Int
    ) async throws {
        guard let frame = agent.outgoing else { return }
        agent.outgoing = nil
        let stored = result.acknowledged >= frame.number
        if stored { try await agent.composer.acknowledge(frame, now: host.clock.now) }
        if let session = result.session { await tell(host, .settings(session)) }
        await agent.orders.settled()
        await agent.applier.settled()
        await drain(host)
        agent.rounds += 1
        guard !agent.world.isDead else { return }
        if agent.rounds >= DeviceLimits.roundsPerSync {
            judge.fail(.sound, device: host.device, "\(agent.rounds) rounds, and still more to say")
        }
        var goesOn = result.more
        if !goesOn, stored { goesOn = try await agent.composer.hasMore() }
        if goesOn {
            await say(host, agent, agent.reason, number)
        } else if await agent.tasks.hasActiveOperatorRun {
            agent.isWaiting = true
            later(.seconds(5), .poll(link: number))
        } else {
            hangUp(agent, number)
            await tell(host, .exchangeEnded)
        }
    }

    func poll(_ number: Int) async {
        guard links[number]?.isOverAtDevice == false, let (host, agent) = speaker(on: number), agent.isWaiting else {
            return
        }
        agent.isWaiting = false
        agent.rounds = 0
        await say(host, agent, agent.reason, number)
        await bury(host)
    }

    /// Something is due while an operator watches: it travels within a second.
    func wakeWaiter(_ agent: RunningAgent) {
        guard agent.isWaiting, let number = agent.link else { return }
        later(.seconds(1), .poll(link: number))
    }

    private func hangUp(_ agent: RunningAgent, _ number: Int) {
        links[number]?.isOverAtDevice = true
        agent.link = nil
        later(latency(), .serverSeesEnd(link: number))
    }

    /// The exchange cannot go on: the server said no, or the agent's store does not answer.
    private func broken(_ error: any Error, _ host: SimulatedHost, _ agent: RunningAgent, _ number: Int) async {
        guard !agent.world.isDead else { return }
        guard let link = error as? LinkError else {
            judge.fail(.sound, device: host.device, "an exchange throws: \(error)")
            return
        }
        later(latency(), .serverSeesEnd(link: number))
        await over(number, clean: false, hint: link.retryAfter)
    }

    func answerTimeout(_ number: Int, _ frame: UInt64) async {
        guard let link = links[number], !link.isOverAtDevice, let (_, agent) = speaker(on: number) else { return }
        let outstanding = link.kind == .exchange ? agent.outgoing?.number : agent.outstanding
        guard outstanding == frame else { return }
        later(latency(), .serverSeesEnd(link: number))
        await over(number, clean: false)
    }

    // MARK: Over a persistent connection

    private func received(
        _ result: ReplyHandler.Result, _ host: SimulatedHost, _ agent: RunningAgent, _ number: Int
    ) async throws {
        if let frame = agent.persistent.acknowledged(through: result.acknowledged) {
            agent.outstanding = nil
            try await agent.composer.acknowledge(frame, now: host.clock.now)
            await tell(host, .persistentAnswered)
            if try await agent.composer.hasMore() { agent.persistent.want(.change) }
        }
        if result.more { agent.persistent.want(.change) }
        if let session = result.session { await tell(host, .settings(session)) }
        await pump(host)
        await drain(host)
    }

    /// Sends what is due, unless a frame is outstanding.
    func pump(_ host: SimulatedHost) async {
        guard let agent = host.agent, let number = agent.link, links[number]?.isOpenAtDevice == true,
            let reason = agent.persistent.begin()
        else { return }
        do {
            let frame = try await agent.composer.compose(
                reason: reason, eventBytes: DeviceLimits.eventBatchBytes, session: agent.machine.settings,
                now: host.clock.now)
            guard frame.saysSomething || reason > .order || reason == .schedule else {
                agent.persistent.nothingToSay()
                if agent.persistent.wanted != nil { await pump(host) }
                return
            }
            agent.persistent.sent(frame)
            agent.outstanding = frame.number
            send(frame, from: host, agent, over: number)
        } catch { await broken(error, host, agent, number) }
    }

    func closePersistent(_ host: SimulatedHost, _ agent: RunningAgent) async {
        guard let number = agent.link, !agent.persistent.closing else { return }
        agent.persistent.closing = true
        if let at = arrival(over: number, toServer: true) {
            agenda.add(.request(link: number, await agent.composer.disconnect()), at: at)
        }
        later(latency(), .serverSeesEnd(link: number))
        later(latency(), .deviceSeesEnd(link: number, clean: true))
    }
}
