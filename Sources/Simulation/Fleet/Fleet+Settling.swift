import AgentCore
import DeviceProtocol
import ServerCore

extension Fleet {
    /// Looks at what only time can break.
    func sweep() {
        later(.seconds(30), .sweep)
        for host in hosts where !host.retired {
            if !isTroubled { host.agent?.world.spare() }
            guard let agent = host.agent, server.isUp, !server.isUnavailable, !isCut(host) else {
                // What it missed it does after its longest back-off.
                judge.excuse(
                    host.number, until: time.now + max(Judge.longestBackoff, .seconds(plan.reconnectWindow)))
                continue
            }
            let isConnected = server.sessions[host.device].flatMap { links[$0.link] }?.host == host.number
            if isConnected, agent.machine.isConnected, let link = agent.link, links[link]?.isDead == false {
                judge.hosts[host.number].lastHeard = time.now
            }
            judge.sweep(host, interval: agent.machine.settings.syncInterval, now: time.now)
        }
    }

    /// Everything had time: nothing may be left over.
    func settle() async {
        for host in hosts where !host.retired { await settle(host) }
        for device in 0..<plan.devices {
            judge.settleEvents(of: device)
            let row = server.tables.devices[device]
            if !row.facts.pendingOrders.isEmpty {
                judge.fail(.ordersEnd, device: device, "\(row.facts.pendingOrders.count) orders have no answer")
            }
            let open = row.openRuns().filter { !mayBeOpen($0, on: device) }
            if !open.isEmpty {
                let named = open.map { "\($0) \(row.runs[$0]?.name ?? "")" }.joined(separator: ", ")
                judge.fail(.ordersEnd, device: device, "\(open.count) runs have no end: \(named)")
            }
        }
    }

    /// A run that began since the last synchronisation ends with the next.
    private func mayBeOpen(_ run: Identifier, on device: Int) -> Bool {
        let latest = time.now - .seconds(plan.syncInterval + 60)
        return hosts.contains { host in
            host.device == device && judge.hosts[host.number].startedRuns[run, default: .min] > latest
        }
    }

    private func settle(_ host: SimulatedHost) async {
        guard let agent = host.agent else {
            judge.fail(.sound, device: host.device, "does not run at the end")
            return
        }
        let facts = server.tables.devices[host.device].facts
        do {
            if let wanted = facts.documentHash {
                if try await agent.store.configHash() != wanted {
                    judge.fail(.desiredStateConverges, device: host.device, "does not hold the document it shall have")
                }
                if facts.reportedHash != wanted {
                    judge.fail(.desiredStateConverges, device: host.device, "did not report the document it has")
                }
            }
            // A run that its schedule began since the last synchronisation may wait for the next.
            if try await agent.composer.hasMore(), try await agent.store.unreportedRuns(limit: 1).isEmpty {
                judge.fail(.desiredStateConverges, device: host.device, "has something left to say")
            }
        } catch { judge.fail(.sound, device: host.device, "cannot be looked at: \(error)") }
    }
}
