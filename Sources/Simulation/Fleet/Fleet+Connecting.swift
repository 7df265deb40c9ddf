import AgentCore
import AgentGateway
import OpAMP

extension Fleet {
    static let connectTimeout: Int64 = .seconds(10)
    static let answerTimeout: Int64 = .seconds(30)
    /// When an agent notices that pings stay unanswered, and when the server notices that none come.
    static let agentSilence: Int64 = .seconds(100)
    static let serverSilence: Int64 = .seconds(110)

    func latency() -> Int64 { chance.number(in: 2_000...60_000) }

    func isCut(_ host: SimulatedHost) -> Bool { time.now < host.cutUntil }

    func connect(_ host: SimulatedHost, _ agent: RunningAgent, _ kind: Link.Kind) {
        guard !agent.world.isDead else { return }
        judge.attempt(host, open: agent.link.flatMap { links[$0] }, now: time.now)
        lastLink += 1
        var link = Link(number: lastLink, host: host.number, boot: host.boots, kind: kind, madeAt: time.now)
        link.serverStart = serverStarts
        links[lastLink] = link
        agent.link = lastLink
        note("connects", host, Int64(lastLink), kind == .persistent ? 1 : 0)
        if isCut(host) || (isTroubled && chance.happens(plan.loss)) {
            later(Self.connectTimeout, .connectTimeout(link: lastLink))
        } else if !server.isUp {
            later(latency(), .connectFailed(link: lastLink))
        } else {
            later(latency(), .arrived(link: lastLink))
            later(Self.connectTimeout, .connectTimeout(link: lastLink))
        }
    }

    // MARK: At the server's door

    func arrived(_ number: Int) {
        guard server.isUp, links[number]?.serverStart == serverStarts else {
            later(latency(), .connectFailed(link: number))
            return
        }
        backlog.append(number)
        openGate()
    }

    /// Accepts as long as the admission machine lets it.
    func openGate() {
        while server.isUp, !backlog.isEmpty {
            switch sabotage.admitsAll ? AdmissionMachine.Decision.accept : server.admission.mayAccept(now: time.now) {
            case .waitForHandshake: return
            case .wait(let until):
                guard !isGateSet else { return }
                isGateSet = true
                later(until - time.now, .gate)
                return
            case .accept:
                let number = backlog.removeFirst()
                server.admission.accepted(now: time.now)
                judge.accepted(now: time.now)
                links[number]?.isAccepted = true
                links[number]?.isHandshaking = true
                later(latency(), .handshaken(link: number))
            }
        }
    }

    func handshaken(_ number: Int) {
        guard let link = links[number], link.serverStart == serverStarts else { return }
        server.admission.handshakeEnded()
        judge.handshakeEnded()
        links[number]?.isHandshaking = false
        // Who gave up meanwhile has closed its end.
        if !link.isOverAtDevice {
            links[number]?.isOpenAtServer = true
            later(latency(), .opened(link: number))
        } else {
            links[number] = nil
        }
        openGate()
    }

    func connectTimeout(_ number: Int) async {
        guard let link = links[number], !link.isOpenAtDevice, !link.isOverAtDevice else { return }
        if let waiting = backlog.firstIndex(of: number) { backlog.remove(at: waiting) }
        later(latency(), .serverSeesEnd(link: number))
        await over(number, clean: false)
    }

    // MARK: Ends

    /// The device learns that a connection is over, or was never made.
    func over(_ number: Int, clean: Bool, hint: Int64? = nil) async {
        guard let link = links[number], !link.isOverAtDevice else { return }
        links[number]?.isOverAtDevice = true
        if !link.isOpenAtServer, !link.isAccepted { links[number] = nil }
        let host = hosts[link.host]
        guard let agent = host.agent, host.boots == link.boot, agent.link == number else { return }
        agent.link = nil
        agent.isWaiting = false
        note("loses its connection", host, Int64(number), clean ? 1 : 0)
        var kept = true
        if !clean, let hint {
            // An agent that dies before it has the wish on its disk cannot keep it.
            let now = agent.world.environment.steady()
            do { try await agent.store.keep(retryAfter: hint, now: now) } catch { kept = false }
        }
        if !clean { judge.failed(host, hint: kept ? hint : nil, now: time.now) }
        switch link.kind {
        case .exchange: await tell(host, .exchangeFailed(retryAfter: hint))
        case .persistent:
            agent.persistent = PersistentExchange()
            if clean { judge.excuse(host.number, until: time.now + .seconds(2)) }
            await tell(host, .persistentClosed(clean: clean, retryAfter: hint))
            if clean, !agent.machine.settings.keepConnection, (try? await agent.composer.isPressing()) == true {
                await tell(host, .due(.event))
            }
        }
        await bury(host)
    }

    func serverLoses(_ number: Int) {
        guard let link = links[number] else { return }
        if link.isHandshaking, link.serverStart == serverStarts {
            // The handshake's end follows and finds nobody.
            links[number]?.isOverAtDevice = true
            return
        }
        if let waiting = backlog.firstIndex(of: number) { backlog.remove(at: waiting) }
        links[number]?.isOpenAtServer = false
        if link.serverStart == serverStarts { server.disconnected(hosts[link.host].device, link: number) }
        if link.isOverAtDevice { links[number] = nil }
    }

    /// Something between both ends gives up; each may or may not notice at once.
    func breakLink(of host: SimulatedHost) {
        again(plan.breaks, .linkBreaks(host: host.number))
        guard let number = host.agent?.link, links[number]?.isOpenAtDevice == true else { return }
        note("is cut off", host, Int64(number))
        loseSilently(number)
        if chance.happens(0.5) { later(latency(), .deviceSeesEnd(link: number, clean: false)) }
        if chance.happens(0.5) { later(latency(), .serverSeesEnd(link: number)) }
    }

    /// Nothing passes any more, and nobody is told.
    func loseSilently(_ number: Int) {
        guard links[number]?.isDead == false else { return }
        links[number]?.isDead = true
        later(Self.serverSilence + chance.number(in: 0...(.seconds(20))), .serverSeesEnd(link: number))
        later(
            Self.agentSilence + chance.number(in: 0...(.seconds(30))), .deviceSeesEnd(link: number, clean: false))
    }

    /// Time at which a message over this link arrives; nil when it does not.
    func arrival(over number: Int, toServer: Bool) -> Int64? {
        guard let link = links[number], !link.isDead else { return nil }
        if isCut(hosts[link.host]) || (isTroubled && chance.happens(plan.loss)) {
            loseSilently(number)
            return nil
        }
        var at = time.now + latency()
        if isTroubled, chance.happens(plan.delays) { at += chance.number(in: .seconds(1)...(.seconds(60))) }
        // Within a connection nothing overtakes.
        if toServer {
            at = max(at, link.lastToServer + 1)
            links[number]?.lastToServer = at
        } else {
            at = max(at, link.lastToDevice + 1)
            links[number]?.lastToDevice = at
        }
        return at
    }
}
