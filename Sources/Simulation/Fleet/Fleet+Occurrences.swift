import AgentGateway

extension Fleet {
    /// Puts down the first of everything.
    func plantFaults() {
        for host in hosts {
            // Spread over as long as a fleet of this size needs at its admission rate.
            let spread = Int64(plan.devices) * .seconds(2) / Int64(plan.admission.connectionsPerSecond) + .seconds(20)
            later(chance.number(in: 0...spread), .boot(host: host.number))
            plant(on: host)
        }
        for device in 0..<plan.devices {
            again(plan.orders, .order(device: device))
            again(plan.documents, .document(device: device))
            again(plan.wakes, .wake(device: device))
            again(plan.modeChanges, .intent(device: device))
        }
        again(plan.serverCrashes, .serverCrash)
        again(plan.hints, .hint(true))
        if plan.restores > 0 {
            again(plan.restores / 2, .backup)
            again(plan.restores, .restore)
        }
        later(.seconds(30), .sweep)
    }

    private func plant(on host: SimulatedHost) {
        let number = host.number
        again(plan.events, .emit(host: number))
        again(plan.stateChanges, .stateChange(host: number))
        again(plan.crashes, .crash(host: number))
        again(plan.crashesInCommit, .crashAfter(host: number, commits: 0))
        again(plan.cuts, .cut(host: number))
        again(plan.breaks, .linkBreaks(host: number))
        again(plan.clockJumps, .clockJump(host: number))
        again(plan.snapshots, .takeSnapshot(host: number))
        again(plan.clones, .clone(host: number))
    }

    func happen(_ occurrence: Occurrence) async {
        switch occurrence {
        case .boot(let host): await boot(hosts[host])
        case .crash(let host): await crash(hosts[host], again: true)
        case .crashAfter(let host, let commits): crashAfter(hosts[host], commits)
        case .timer(let host, let boot, let number): await timer(hosts[host], boot, number)
        case .work(let host, let boot, let work): await background(hosts[host], boot, work)
        case .emit(let host): await emit(hosts[host])
        case .stateChange(let host): await changeState(hosts[host])
        case .runEnds(let host, let boot, let run): await end(run, on: hosts[host], boot)
        case .cut(let host): cut(hosts[host])
        case .clockJump(let host): jumpClock(hosts[host])
        case .takeSnapshot(let host): await takeSnapshot(hosts[host])
        case .revert(let host): await revert(hosts[host])
        case .clone(let host): await clone(hosts[host])
        case .retire(let host): await retire(hosts[host])
        case .datagram(let host, let bytes): await receive(bytes, on: hosts[host])
        case .linkBreaks(let host): breakLink(of: hosts[host])
        case .arrived(let link): arrived(link)
        case .handshaken(let link): handshaken(link)
        case .opened(let link): await opened(link)
        case .connectTimeout(let link): await connectTimeout(link)
        case .connectFailed(let link): await over(link, clean: false)
        case .request(let link, let message): await serve(message, on: link)
        case .reply(let link, let message): await hear(message, on: link)
        case .answerTimeout(let link, let frame): await answerTimeout(link, frame)
        case .deviceSeesEnd(let link, let clean): await over(link, clean: clean)
        case .serverSeesEnd(let link): serverLoses(link)
        case .poll(let link): await poll(link)
        default: await happenToServer(occurrence)
        }
    }

    private func happenToServer(_ occurrence: Occurrence) async {
        switch occurrence {
        case .gate:
            isGateSet = false
            openGate()
        case .serverCrash:
            crashServer(for: chance.number(in: .seconds(1)...(.seconds(60))))
            again(plan.serverCrashes, .serverCrash)
        case .serverBoot: startServer()
        case .backup: takeBackup()
        case .restore: restoreServer()
        case .order(let device): order(device)
        case .document(let device): changeDocument(of: device)
        case .intent(let device): changeIntent(of: device)
        case .wake(let device): wake(device)
        case .release(let device): release(device)
        case .hint(let isOn): setUnavailable(isOn)
        case .sweep: sweep()
        default: judge.fail(.sound, device: nil, "an occurrence that nobody takes")
        }
    }
}
