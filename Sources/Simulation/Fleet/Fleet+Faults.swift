import AgentCore
import DeviceProtocol

extension Fleet {
    /// No network at the device for a while.
    func cut(_ host: SimulatedHost) {
        again(plan.cuts, .cut(host: host.number))
        host.cutUntil = time.now + chance.number(in: .seconds(1)...(.minutes(15)))
        note("cut", host, host.cutUntil - time.now)
        if let number = host.agent?.link, links[number]?.isOpenAtDevice == true { loseSilently(number) }
    }

    func jumpClock(_ host: SimulatedHost) {
        again(plan.clockJumps, .clockJump(host: host.number))
        let by = chance.one(of: [Int64.hours(30), .hours(1), .seconds(30)]) * (chance.happens(0.5) ? 1 : -1)
        note("clock jumps", host, by)
        host.clock.jump(by: by)
    }

    func receive(_ datagram: [UInt8], on host: SimulatedHost) async {
        guard let agent = host.agent, !isCut(host) else { return }
        if let wake = await agent.wakes.verify(datagram), !agent.world.isDead {
            note("is woken", host)
            judge.woken(counter: wake.counter, host: host)
            // The server asked: its earlier hint is void.
            judge.hosts[host.number].hintUntil = 0
            await tell(host, .woken)
        }
        await bury(host)
    }

    // MARK: Disks set back and copied

    func takeSnapshot(_ host: SimulatedHost) async {
        if let image = await image(of: host) {
            host.snapshot = image
            note("snapshot", host)
            later(chance.number(in: .minutes(1)...(.hours(1))), .revert(host: host.number))
        }
    }

    /// The machine goes back to its snapshot, as if nothing had happened since.
    func revert(_ host: SimulatedHost) async {
        guard isTroubled, let snapshot = host.snapshot else { return }
        // Somebody may go back to the same snapshot more than once.
        if host.chance.happens(0.5) {
            later(host.chance.number(in: .minutes(1)...(.minutes(30))), .revert(host: host.number))
        } else {
            again(plan.snapshots, .takeSnapshot(host: host.number))
            host.snapshot = nil
        }
        note("is set back", host)
        host.agent?.world.kill()
        await bury(host)
        host.image = snapshot
        host.unsaid = []
        do {
            let kept = try await spooled(AgentStore(image: snapshot, environment: .system) { true })
            judge.forgot(device: host.device, kept: kept)
            judge.setBack(host)
        } catch { judge.fail(.sound, device: host.device, "a snapshot cannot be read: \(error)") }
    }

    private func image(of host: SimulatedHost) async -> [UInt8]? {
        guard let agent = host.agent else { return host.image }
        return try? await agent.store.image()
    }

    /// Somebody copies the machine, and both run for a while.
    func clone(_ host: SimulatedHost) async {
        again(plan.clones, .clone(host: host.number))
        guard let image = await image(of: host) else { return }
        let copy = SimulatedHost(
            number: hosts.count, device: host.device, uid: host.uid,
            clock: DeviceClock(time, error: host.clock.now - time.now), chance: chance.fork(), image: image)
        note("is copied", host, Int64(copy.number))
        hosts.append(copy)
        judge.hosts.append(HostRecord(lastHeard: time.now, excusedUntil: time.now, interval: plan.syncInterval))
        judge.setBack(host)
        judge.copied(device: host.device)
        later(chance.number(in: .seconds(1)...(.seconds(60))), .boot(host: copy.number))
        again(plan.events, .emit(host: copy.number))
        let life = min(chance.number(in: .minutes(2)...(.minutes(40))), troubledUntil - time.now)
        later(life, .retire(host: copy.number))
    }

    /// The copy goes for good, with what it has not told.
    func retire(_ host: SimulatedHost) async {
        note("is retired", host)
        host.retired = true
        host.agent?.world.kill()
        await bury(host)
        var kept: [Identifier: String] = [:]
        do {
            for other in hosts where other.device == host.device && !other.retired {
                guard let image = await image(of: other) else { continue }
                let store = try AgentStore(image: image, environment: .system) { true }
                kept.merge(try await spooled(store)) { first, _ in first }
            }
        } catch { judge.fail(.sound, device: host.device, "a disk cannot be read: \(error)") }
        judge.forgot(device: host.device, kept: kept)
        // Long enough for messages of the copy that are still on their way.
        later(.seconds(90), .release(device: host.device))
    }
}
