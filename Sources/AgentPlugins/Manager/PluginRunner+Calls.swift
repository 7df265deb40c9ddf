internal import DesiredState
internal import Logging
internal import PluginLink

extension PluginRunner {
    /// A call once the plugin runs; fails at once when it is not on its way.
    func call(_ type: Int, _ fields: LinkFields = LinkFields(), limit: Duration? = nil) async -> CallReply {
        guard await waitUntilStarted() else {
            return CallReply(status: CallReply.unavailable, message: "the plugin is not running: \(whyNotRunning)")
        }
        return await perform(type, fields, limit: limit ?? configuration.deadlines.call)
    }

    /// A call on the process there is, whatever its stage. One at a time: the deadline begins when it is its turn.
    func perform(_ type: Int, _ fields: LinkFields = LinkFields(), limit: Duration) async -> CallReply {
        let generation = generation
        if !turnstile.take() { await withCheckedContinuation { turnstile.wait($0) } }
        defer { turnstile.leave() }
        guard let host, !hasExited, generation == self.generation else {
            return CallReply(status: CallReply.unavailable, message: "the plugin is not running: \(whyNotRunning)")
        }
        let answer = send(type, fields, limit: limit, to: host)
        defer { answer.watch.cancel() }
        return await answer.reply.value
    }

    /// Sends a call and watches that it returns.
    private func send(
        _ type: Int, _ fields: LinkFields, limit: Duration, to host: HostProcess
    ) -> (reply: OnceAnswer<CallReply>, watch: Task<Void, Never>) {
        lastCorrelation += 1
        let correlation = lastCorrelation
        let answer = OnceAnswer<CallReply>()
        pending[correlation] = answer
        let deadline = MonotonicTime.nanoseconds(MonotonicTime.now + limit)
        host.control.send(LinkFrame(type, correlation: correlation, fields.adding(PL_DEADLINE, deadline)))
        let watch = Task { [weak self] in
            // The host answers at the deadline itself when it can; what is silent a little later hangs.
            try? await Task.sleep(for: limit + .milliseconds(250))
            guard !Task.isCancelled else { return }
            await self?.overdue(correlation, type, limit)
        }
        return (answer, watch)
    }

    /// Asks for the end of a run, beside the calls, of which one may be under way; only its return is watched.
    func cancel(_ runID: [UInt8]) {
        guard let host else { return }
        let fields = LinkFields().adding(PL_RUN, runID)
        _ = send(PL_CANCEL_TASK, fields, limit: configuration.deadlines.call, to: host)
    }

    /// A host whose plugin does not return from a call is of no use: it is ended.
    private func overdue(_ correlation: UInt64, _ type: Int, _ limit: Duration) {
        guard let answer = pending.removeValue(forKey: correlation) else { return }
        let reason = "\(CallName.of(type)) has not returned in \(limit.components.seconds) s"
        answer.give(CallReply(status: CallReply.deadlineExceeded, message: reason))
        handle(.condemn(reason: reason))
    }

    private var whyNotRunning: String {
        switch supervision.state {
        case .quarantined: "quarantined after it ended too often, last because it \(supervision.lastError ?? "ended")"
        case .backingOff, .ending: "starting again soon; \(supervision.lastError ?? "its process ended")"
        case .stopped, .stopping: "stopped"
        case .starting, .running: "its process ended"
        }
    }
}

/// Names of calls, for people.
enum CallName {
    static func of(_ type: Int) -> String {
        switch type {
        case PL_CREATE: "create"
        case PL_INIT: "init"
        case PL_ACTIVATE: "activate"
        case PL_DEACTIVATE: "deactivate"
        case PL_DESTROY: "destroy"
        case PL_READ_STATE: "read state"
        case PL_CONTROL: "control"
        case PL_VALIDATE: "validate settings"
        case PL_APPLY: "apply settings"
        case PL_READ_SETTINGS: "read settings"
        case PL_START_TASK: "start task"
        case PL_CANCEL_TASK: "cancel task"
        case PL_READ_STATISTICS: "read statistics"
        default: "call \(type)"
        }
    }
}
