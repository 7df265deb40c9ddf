import DeviceProtocol

extension Judge {
    /// A plugin was asked to run a task.
    func began(run bytes: [UInt8], on host: SimulatedHost, now: Int64) {
        guard let id = Identifier(bytes) else { return }
        let before = hosts[host.number].startedRuns.updateValue(now, forKey: id)
        if before == nil { return }
        if devices[host.device].excusedRuns.contains(id) { return }
        fail(.tasksAtMostOnce, device: host.device, "run \(id) was started twice")
    }

    /// A wake was taken: somebody who recorded it must not do so again.
    func woken(counter: UInt64, host: SimulatedHost) {
        if !hosts[host.number].wakes.insert(counter).inserted {
            fail(.wakesOnce, device: host.device, "the wake with counter \(counter) was taken twice")
        }
    }

    /// A device's disk went back in time: what it did since, it cannot know.
    func setBack(_ host: SimulatedHost) {
        // With its disk it forgot what it was told.
        hosts[host.number].hintUntil = 0
        devices[host.device].excusedRuns.formUnion(hosts[host.number].startedRuns.keys)
        hosts[host.number].wakes = []
    }
}
