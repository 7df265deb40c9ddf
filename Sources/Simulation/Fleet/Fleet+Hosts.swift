import AgentCore
import AgentPlugins
import DeviceProtocol

extension Fleet {
    // MARK: Starting and dying

    func boot(_ host: SimulatedHost) async {
        guard host.agent == nil, !host.retired else { return }
        host.boots += 1
        let world = AgentWorld(clock: host.clock, chance: host.chance.fork())
        if isTroubled, plan.crashesInCommit > 0, host.chance.happens(0.1) {
            world.kill(afterCommits: Int(host.chance.number(in: 1...8)))
        }
        note("boots", host, Int64(host.boots))
        judge.hosts[host.number].isOff = false
        judge.forgetStarts(of: host.device)
        judge.excuse(host.number, until: time.now)
        var limits = SpoolLimits()
        limits.events = plan.spooledEvents
        do {
            let store = try AgentStore(image: host.image, limits: limits, environment: world.environment) {
                world.mayCommit()
            }
            do {
                let agent = try await RunningAgent(device: host.uid, store: store, world: world, logger: logger)
                host.agent = agent
                if !world.isDead { try await sabotage.started(store) }
                await drain(host)
                await tell(host, .started)
                await sayAgain(host)
            } catch  where world.isDead {
                // Killed on its way up.
                guard host.agent == nil else { return await bury(host) }
                world.release()
                host.image = try await store.image()
                later(host.chance.number(in: .seconds(1)...(.seconds(30))), .boot(host: host.number))
            }
        } catch {
            judge.fail(.sound, device: host.device, "cannot start: \(error)")
        }
        await bury(host)
    }

    /// The agent is killed: what is durable stays, and it is started again.
    func crash(_ host: SimulatedHost, again: Bool) async {
        if again { self.again(plan.crashes, .crash(host: host.number)) }
        guard let agent = host.agent else { return }
        agent.world.kill()
        await bury(host)
    }

    func crashAfter(_ host: SimulatedHost, _ commits: Int) {
        again(plan.crashesInCommit, .crashAfter(host: host.number, commits: 0))
        host.agent?.world.kill(afterCommits: Int(host.chance.number(in: 1...12)))
    }

    /// Ends what is left of an agent that was killed.
    func bury(_ host: SimulatedHost) async {
        guard let agent = host.agent, agent.world.isDead else { return }
        note("dies", host, Int64(agent.world.commits))
        do { host.image = try await agent.store.image() } catch {
            judge.fail(.sound, device: host.device, "the dead agent's disk cannot be read: \(error)")
        }
        agent.world.release()
        host.agent = nil
        judge.hosts[host.number].isOff = true
        if let link = agent.link { abandon(link) }
        if !host.retired {
            later(host.chance.number(in: .seconds(1)...(.seconds(120))), .boot(host: host.number))
        }
    }

    /// A dead process's kernel tells the server, a dead machine's does not.
    private func abandon(_ number: Int) {
        guard links[number] != nil else { return }
        links[number]?.isOverAtDevice = true
        let delay = chance.happens(0.7) ? latency() : .seconds(110)
        later(delay, .serverSeesEnd(link: number))
    }

    // MARK: What goes on inside

    /// Tells the connection machine, and does what it says.
    func tell(_ host: SimulatedHost, _ input: ConnectionMachine.Input) async {
        guard let agent = host.agent, !agent.world.isDead else { return }
        let now = host.clock.steady
        let input = sabotage.input(input)
        let random = sabotage.random(host.chance.fraction(), for: input)
        let actions = sabotage.actions(agent.machine.handle(input, now: now, random: random), after: input, now: now)
        for action in actions { await perform(action, host, agent) }
    }

    private func perform(_ action: ConnectionMachine.Action, _ host: SimulatedHost, _ agent: RunningAgent) async {
        switch action {
        case .setTimer(let at):
            agent.timer += 1
            // As the runner does: at most an hour at a time.
            let wait = min(max(at - host.clock.steady, 0), .hours(1))
            later(wait, .timer(host: host.number, boot: host.boots, number: agent.timer))
        case .exchange(let reason):
            agent.reason = reason
            connect(host, agent, .exchange)
        case .openPersistent: connect(host, agent, .persistent)
        case .closePersistent: await closePersistent(host, agent)
        case .synchronise(let reason):
            agent.persistent.want(reason)
            await pump(host)
        }
    }

    func timer(_ host: SimulatedHost, _ boot: Int, _ number: UInt64) async {
        guard let agent = host.agent, host.boots == boot, agent.timer == number else { return }
        await tell(host, .timer)
        await bury(host)
    }

    func background(_ host: SimulatedHost, _ boot: Int, _ work: SimulatedWork) async {
        guard host.agent != nil, host.boots == boot else { return }
        await work.finished()
        await drain(host)
        await bury(host)
    }

    /// Does what the agent's parts began beside their work, and passes on what they say is due.
    func drain(_ host: SimulatedHost) async {
        guard let agent = host.agent else { return }
        while !agent.world.isDead {
            let work = agent.world.takeWork()
            for work in work {
                if work.delay > 0 {
                    later(work.delay, .work(host: host.number, boot: host.boots, work))
                } else {
                    await work.finished()
                }
            }
            for run in agent.world.takeStarted() {
                note("begins a run", host)
                judge.began(run: run.id, on: host, now: time.now)
                // Some are over before anybody was told that they run.
                let isShort = host.chance.happens(0.3)
                later(
                    host.chance.number(in: isShort ? 0...30_000 : .seconds(1)...(.seconds(20))),
                    .runEnds(host: host.number, boot: host.boots, run))
            }
            let due = agent.world.takeDue()
            for reason in due {
                wakeWaiter(agent)
                await tell(host, .due(reason))
            }
            if work.isEmpty, due.isEmpty { return }
        }
    }

    func end(_ run: AgentWorld.StartedRun, on host: SimulatedHost, _ boot: Int) async {
        guard let agent = host.agent, host.boots == boot else { return }
        let state: PluginRunUpdate.State = host.chance.happens(0.8) ? .succeeded : .failed(message: "as it happens")
        await agent.tasks.take(
            PluginRunUpdate(runID: run.id, application: run.application, task: run.task, state: state, result: []))
        await drain(host)
        await bury(host)
    }
}
