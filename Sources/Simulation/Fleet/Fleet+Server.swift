import DesiredState
import DeviceProtocol
import OpAMP
import ServerCore
import SwiftProtobuf

extension Fleet {
    func serve(_ message: OpAMPAgentToServer, on number: Int) async {
        guard let link = links[number] else { return }
        guard server.isUp, link.isOpenAtServer, link.serverStart == serverStarts else {
            // Nobody knows the connection any more.
            note("is not known", hosts[link.host], Int64(number))
            later(latency(), .deviceSeesEnd(link: number, clean: false))
            return
        }
        let device = hosts[link.host].device
        guard let contested = contested(message, on: link) else { return }
        if !message.hasAgentDisconnect { judge.heard(from: link.host, now: time.now) }
        note("is served", hosts[link.host], Int64(number))
        let wasHeld = server.tables.devices[device].facts.hold != nil
        do {
            let answer = try server.exchange(
                message, from: device, over: link, now: time.now, contested: contested,
                eventsFirst: chance.happens(0.5),
                stored: { [judge] event in judge.storedAtServer(event, device: device) })
            if message.hasAgentDisconnect { return }
            if let at = arrival(over: number, toServer: false) {
                agenda.add(.reply(link: number, answer), at: at)
            }
            let isHeld = server.tables.devices[device].facts.hold != nil
            if isHeld, !wasHeld {
                note("is held", hosts[link.host])
                later(.seconds(120), .release(device: device))
            }
            judge.held(device, isHeld: isHeld)
            if contested, link.kind == .persistent {
                later(.seconds(1), .serverSeesEnd(link: number))
                later(.seconds(1), .deviceSeesEnd(link: number, clean: false))
            }
        } catch is ServerKilled {
            crashServer(for: chance.number(in: .seconds(1)...(.seconds(60))))
        } catch {
            judge.fail(.sound, device: device, "the server cannot answer: \(error)")
        }
    }

    /// Tells a connected device what became due.
    private func push(to device: Int) {
        guard server.isUp, let number = server.sessions[device]?.link, links[number]?.isOpenAtServer == true else {
            return
        }
        do {
            guard let message = try server.due(for: device, link: number, now: time.now),
                let at = arrival(over: number, toServer: false)
            else { return }
            agenda.add(.reply(link: number, message), at: at)
        } catch { judge.fail(.sound, device: device, "the server cannot push: \(error)") }
    }

    // MARK: Its life

    func crashServer(for downtime: Int64) {
        guard server.isUp else { return }
        note("server dies", nil)
        server.isUp = false
        serverStarts += 1
        backlog = []
        judge.serverRestarted()
        let isHost = chance.happens(0.3)
        for number in links.keys.sorted() {
            guard let link = links[number] else { continue }
            links[number]?.isOpenAtServer = false
            if link.isOverAtDevice {
                links[number] = nil
            } else if isHost, link.isOpenAtDevice {
                // The machine died: devices find out by themselves, or when it is back and knows no connection.
                loseSilently(number)
                later(downtime + latency(), .deviceSeesEnd(link: number, clean: false))
            } else {
                later(latency(), .deviceSeesEnd(link: number, clean: false))
            }
        }
        later(downtime, .serverBoot)
    }

    func startServer() {
        note("server starts", nil)
        server.start(now: time.now)
        if isTroubled, plan.serverCrashes > 0, chance.happens(0.7) {
            server.commitsLeft = Int(chance.number(in: 1...(Int64(plan.devices) * 4)))
        }
    }

    func takeBackup() {
        note("backup", nil)
        backup = server.tables
        again(plan.restores / 2, .backup)
    }

    /// The server's store becomes what it was at the last backup.
    func restoreServer() {
        again(plan.restores, .restore)
        guard let backup else { return }
        note("restore", nil)
        crashServer(for: chance.number(in: .seconds(5)...(.seconds(60))))
        server.tables = backup
        server.tables.storeEpoch = Identifier.version7(now: time.now, random: (chance.next(), chance.next()))
        judge.serverRestored(to: backup.devices.map(\.ids))
        for device in 0..<plan.devices {
            judge.forgetStarts(of: device)
            // A hold that was lifted since the backup is there again.
            later(.seconds(120), .release(device: device))
        }
    }

    func setUnavailable(_ isOn: Bool) {
        note("server unavailable", nil, isOn ? 1 : 0)
        server.isUnavailable = isOn
        if isOn {
            later(chance.number(in: .seconds(5)...(.seconds(90))), .hint(false))
        } else {
            again(plan.hints, .hint(true))
        }
    }

    // MARK: What operators want

    func order(_ device: Int) {
        again(plan.orders, .order(device: device))
        guard server.isUp else { return }
        let id = Identifier.version7(now: time.now, random: (chance.next(), chance.next()))
        var order = WireOrder()
        order.id = .init(id.bytes)
        order.expires = time.now + .hours(24)
        var run: Identifier?
        if chance.happens(0.7) {
            let id = Identifier.version7(now: time.now, random: (chance.next(), chance.next()))
            run = id
            order.runTask.runID = .init(id.bytes)
            order.runTask.taskName = "sim"
            order.runTask.application = SimulatedApplications.application
            order.runTask.task = "work"
        } else {
            order.syncNow = WireSyncNow()
        }
        guard let body: [UInt8] = try? order.serializedBytes() else { return }
        note("is ordered", hosts[device])
        do {
            try server.commit(device) { row in
                row.facts.pendingOrders.append(PendingOrder(id: id, expires: order.expires, body: body))
                if let run { row.runs[run] = .pending }
            }
        } catch {
            crashServer(for: .seconds(5))
            return
        }
        if server.sessions[device] == nil { wakeUp(device) } else { push(to: device) }
    }

    func changeDocument(of device: Int) {
        again(plan.documents, .document(device: device))
        guard server.isUp else { return }
        lastDocument += 1
        note("gets a document", hosts[device], lastDocument)
        var document = DeviceDocument()
        document.applications[SimulatedApplications.application] = ApplicationEntry(
            settings: ["level": .integer(lastDocument)])
        if chance.happens(0.3) {
            document.tasks = [
                TaskDefinition(
                    name: "often", uid: [UInt8](repeating: 7, count: 16),
                    application: SimulatedApplications.application, task: "work", schedule: .every(seconds: 1_200))
            ]
        }
        do {
            try server.commit(device) { row in
                row.document = document.entries()
                row.facts.documentHash = document.hash
            }
        } catch {
            crashServer(for: .seconds(5))
            return
        }
        push(to: device)
    }

    /// An operator saw what was held, and found the copy gone.
    func release(_ device: Int) {
        guard server.isUp else { return later(.seconds(10), .release(device: device)) }
        // While both live they would only be held again.
        let hasCopy = hosts.contains { $0.device == device && $0.number != device && !$0.retired }
        guard !hasCopy, server.tables.devices[device].facts.hold != nil else { return }
        note("is released", hosts[device])
        judge.forgetStarts(of: device)
        do { try server.release(device) } catch {
            crashServer(for: .seconds(5))
            later(.seconds(10), .release(device: device))
        }
    }

    func changeIntent(of device: Int) {
        again(plan.modeChanges, .intent(device: device))
        guard server.isUp else { return }
        note("gets another mode", hosts[device])
        do { try server.commit(device) { $0.facts.intents.keepConnection.toggle() } } catch {
            crashServer(for: .seconds(5))
            return
        }
        push(to: device)
    }

    func wake(_ device: Int) {
        again(plan.wakes, .wake(device: device))
        wakeUp(device)
    }

    /// One datagram, which may be lost, doubled, late, or recorded and sent again much later.
    private func wakeUp(_ device: Int) {
        guard server.isUp else { return }
        do {
            guard let datagram = try server.wake(device, now: time.now) else { return }
            note("wake is sent", hosts[device])
            for host in hosts where host.device == device {
                if !chance.happens(0.1) { later(latency(), .datagram(host: host.number, datagram)) }
                if chance.happens(0.1) { later(.seconds(2), .datagram(host: host.number, datagram)) }
                if isTroubled, chance.happens(0.2) {
                    later(chance.number(in: .seconds(30)...(.hours(1))), .datagram(host: host.number, datagram))
                }
            }
        } catch { crashServer(for: .seconds(5)) }
    }
}
