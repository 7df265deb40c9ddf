internal import DesiredState
internal import DurableFiles
internal import Logging
internal import PluginLink
internal import PluginPackage

extension PluginRunner {
    func start() { handle(.start) }

    func releaseQuarantine() { handle(.release) }

    /// Winds the plugin down; its process and what it started are gone when this returns. The application keeps running.
    func stop() async {
        let wasRunning = supervision.state == .running
        handle(.stop)
        for correlation in pending.keys { host?.control.send(LinkFrame(PL_CANCEL_CALL, correlation: correlation)) }
        if wasRunning {
            _ = await perform(PL_DEACTIVATE, limit: configuration.deadlines.stop)
            _ = await perform(PL_DESTROY, limit: configuration.deadlines.stop)
        } else {
            host?.kill()
        }
        await waitUntilGone()
        timer?.cancel()
    }

    /// The decision, then what it asks for.
    func handle(_ input: PluginSupervision.Input) {
        let actions = supervision.handle(input, now: MonotonicTime.now, random: .random(in: 0..<1))
        for action in actions { carryOut(action) }
        if supervision.state != .starting { release(&startWaiters) }
        setTimer()
    }

    /// Waits while the plugin is on its way; true when it runs.
    func waitUntilStarted() async -> Bool {
        if supervision.state == .starting {
            let waiter = OnceAnswer<Void>()
            startWaiters.append(waiter)
            await waiter.value
        }
        return supervision.state == .running
    }

    /// As `waitUntilStarted`, also for the next process of a plugin whose last one just ended: that alone is no reason to
    /// refuse a run. Not for ever.
    func waitUntilUp() async -> Bool {
        let end = MonotonicTime.now + configuration.deadlines.restart
        while supervision.state != .running, supervision.willLaunch, MonotonicTime.now < end {
            let waiter = OnceAnswer<Void>()
            startWaiters.append(waiter)
            let patience = Task {
                try? await Task.sleep(for: end - MonotonicTime.now)
                waiter.give(())
            }
            await waiter.value
            patience.cancel()
        }
        return supervision.state == .running
    }

    private func carryOut(_ action: PluginSupervision.Action) {
        switch action {
        case .launch: launch()
        case .beat: host?.control.send(LinkFrame(PL_HEARTBEAT))
        case .kill:
            logger.error("ending the plugin's process", metadata: ["reason": "\(supervision.lastError ?? "")"])
            host?.kill()
        case .reportEnd(let end):
            let how =
                supervision.state == .quarantined
                ? "the plugin's process ended too often; quarantined" : "the plugin's process ended"
            logger.error("\(how)", metadata: ["end": "\(end)"])
            tell(.ended(end))
        case .stateChanged: tell(.stateChanged)
        }
    }

    private func setTimer() {
        timer?.cancel()
        guard let next = supervision.nextTick else { return }
        let delay = max(next - MonotonicTime.now, .zero)
        timer = Task { [weak self] in
            try? await Task.sleep(for: delay)
            guard !Task.isCancelled else { return }
            await self?.handle(.tick)
        }
    }

    private func launch() {
        generation += 1
        hello = nil
        hasExited = false
        closedLanes = 0
        let generation = generation
        let (control, controlInput) = AsyncStream.makeStream(of: HostProcess.Input.self)
        let (events, eventsInput) = AsyncStream.makeStream(of: LinkChannel.Arrival.self)
        var limits = plugin.manifest.limits
        limits.memory = limits.memory ?? configuration.limits.memory
        limits.files = limits.files ?? configuration.limits.files
        limits.processes = limits.processes ?? configuration.limits.processes
        if plugin.isPackaged { limits = limits.bounded() }
        do {
            host = try HostProcess(
                plugin, number: generation, configuration: configuration, limits: limits, logger: logger,
                log: log
            ) { input in
                if case .events(let arrival) = input { eventsInput.yield(arrival) } else { controlInput.yield(input) }
            }
        } catch {
            // Not from inside `handle`, which is changing the same state.
            let isShortage = (error as? SystemError)?.isShortage ?? (error is HelperGone)
            Task { self.handle(.ended(HostEnd(cause: .notStarted, reason: "\(error)", isShortage: isShortage))) }
            return
        }
        Task { [weak self] in
            for await input in control { await self?.take(input, of: generation) }
        }
        Task { [weak self] in
            for await arrival in events { await self?.takeEvents(arrival, of: generation) }
        }
    }

    /// The process has exited, or a lane is at its end: when all of that is so, the end is complete. What the host left
    /// behind, and was not found, may hold the lanes open: a second at most.
    func noteEnd(of generation: UInt64) {
        guard generation == self.generation, let host, hasExited else { return }
        if closedLanes >= 2 { return finish(host) }
        Task { [weak self] in
            try? await Task.sleep(for: .seconds(1))
            await self?.finishIfPresent(generation)
        }
    }

    private func finishIfPresent(_ generation: UInt64) {
        guard generation == self.generation, let host else { return }
        finish(host)
    }

    private func finish(_ host: HostProcess) {
        let cause = host.collect()
        host.output.close()
        host.control.close()
        host.events.close()
        self.host = nil
        instances = []
        let end = HostEnd(cause: cause, lastLines: host.output.lastLines, isShortage: cause == .orphaned)
        let reason = supervision.condemnation ?? end.description
        for answer in pending.values {
            answer.give(CallReply(status: CallReply.unavailable, message: "the plugin's process \(reason)"))
        }
        pending = [:]
        loseRuns(reason: "the plugin's process \(reason)")
        handle(.ended(end))
        if supervision.state == .quarantined { loseResumableRuns() }
        release(&goneWaiters)
    }

    private func waitUntilGone() async {
        guard let host else { return }
        let waiter = OnceAnswer<Void>()
        goneWaiters.append(waiter)
        let patience = Task {
            try? await Task.sleep(for: .seconds(2))
            if !Task.isCancelled { host.kill() }
        }
        await waiter.value
        patience.cancel()
    }

    private func release(_ waiters: inout [OnceAnswer<Void>]) {
        for waiter in waiters { waiter.give(()) }
        waiters = []
    }
}
