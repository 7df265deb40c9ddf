internal import DesiredState
internal import Logging
internal import PluginLink
internal import PluginPackage

extension PluginRunner {
    func control(instance: String?, _ action: ControlAction) async -> CallOutcome {
        let fields = LinkFields().adding(PL_ACTION, action.rawValue).adding(PL_INSTANCE, instance ?? "")
        let reply = await call(PL_CONTROL, fields, limit: configuration.deadlines.control)
        guard supervision.state == .running else { return reply.outcome }
        await readState()
        tell(.stateChanged)
        return reply.outcome
    }

    func statistics(time: Int64) async -> [ApplicationStatisticsReport] {
        guard supervision.state == .running else { return [] }
        let reply = await perform(PL_READ_STATISTICS, limit: configuration.deadlines.call)
        guard reply.isDone else {
            if reply.status != CallReply.unimplemented { refuse(Refusal("statistics: \(reply.reason)")) }
            return []
        }
        do throws(Refusal) {
            let result = try StatisticsCheck.reports(reply.document, manifest: plugin.manifest, time: time)
            for refusal in result.refusals { refuse(refusal) }
            return result.reports
        } catch {
            refuse(error)
            return []
        }
    }

    func refresh() async {
        guard supervision.state == .running else { return }
        await readState()
        tell(.stateChanged)
    }

    func startTask(_ runID: [UInt8], _ name: String, _ parameters: [UInt8]) async -> CallOutcome {
        var run: Run
        do throws(Refusal) { run = try check(runID, name, parameters) } catch {
            return .failed(reason: error.reason, isRetryable: false)
        }
        guard await waitUntilUp() else { return await call(PL_START_TASK).outcome }
        // Not before: what a plugin says while it starts is no run's.
        run.logMark = log.mark
        return await begin(runID, run)
    }

    func cancelTask(_ runID: [UInt8]) -> CallOutcome {
        guard runs[runID] != nil else { return .failed(reason: "the run is not under way", isRetryable: false) }
        cancel(runID)
        return .done
    }

    private func check(_ runID: [UInt8], _ name: String, _ parameters: [UInt8]) throws(Refusal) -> Run {
        guard runID.count == 16 else { throw Refusal("a run id has 16 octets") }
        guard runs[runID] == nil else { throw Refusal("the run is under way") }
        guard let task = plugin.manifest.task(name) else { throw Refusal("the plugin has no task \(name)") }
        let given: JSONValue
        do {
            given = parameters.isEmpty ? .object([:]) : try JSONValue(parsing: parameters)
        } catch {
            throw Refusal("parameters: \(error)")
        }
        let filled = task.parameters.fillingDefaults(given)
        if let violation = task.parameters.violations(in: filled, limit: 1).first {
            throw Refusal("parameters: \(violation)")
        }
        return Run(task: task, parameters: CanonicalJSON.encode(filled))
    }

    private func begin(_ runID: [UInt8], _ run: Run) async -> CallOutcome {
        // Known before the call: the end of a short run may come before the answer.
        runs[runID] = run
        let fields = LinkFields().adding(PL_RUN, runID).adding(PL_TASK, run.task.name).adding(
            PL_DOCUMENT, run.parameters)
        let reply = await perform(PL_START_TASK, fields, limit: configuration.deadlines.call)
        guard !reply.isDone else { return .done }
        // The process ended meanwhile: the run was reported as lost, or is taken up by the next process.
        guard runs[runID] != nil else { return .done }
        if reply.status == CallReply.unavailable, run.task.isResumable, supervision.willLaunch { return .done }
        runs[runID] = nil
        return reply.outcome
    }

    func takeProgress(_ frame: LinkFrame) {
        let runID = frame.bytes(PL_RUN)
        guard let run = runs[runID] else { return refuse(Refusal("progress of a run that is not under way")) }
        let percent = Int(clamping: frame.number(PL_PERCENT) ?? 0)
        let message = LogText.escape(String(frame.text(PL_MESSAGE).prefix(1024)))
        passOn(runID, run, .running(percent: min(max(percent, 0), 100), message: message))
    }

    func takeFinished(_ frame: LinkFrame) {
        let runID = frame.bytes(PL_RUN)
        guard let run = runs.removeValue(forKey: runID) else {
            return refuse(Refusal("end of a run that is not under way"))
        }
        let message = LogText.escape(frame.text(PL_MESSAGE))
        let result = frame.bytes(PL_DOCUMENT)
        if !result.isEmpty, (try? JSONValue(parsing: result)) == nil {
            refuse(Refusal("result of task \(run.task.name) is no JSON"))
            return passOn(runID, run, .failed(message: "the task's result is no JSON document"))
        }
        switch frame.number(PL_STATUS) {
        case 0: passOn(runID, run, .succeeded, result)
        case 1: passOn(runID, run, .cancelled, result)
        default:
            passOn(
                runID, run, .failed(message: message.isEmpty ? "the task failed without saying why" : message), result)
        }
    }

    /// The process is gone: runs that cannot be taken up again are lost.
    func loseRuns(reason: String) {
        for (runID, run) in runs where !run.task.isResumable || supervision.state == .stopping {
            runs[runID] = nil
            passOn(runID, run, .lost(reason: reason))
        }
    }

    func loseResumableRuns() {
        for (runID, run) in runs { passOn(runID, run, .lost(reason: "the plugin is quarantined")) }
        runs = [:]
    }

    func resumeRuns() async {
        for (runID, run) in runs {
            logger.info("starting a resumable task again", metadata: ["task": "\(run.task.name)"])
            if case .failed(let reason, _) = await begin(runID, run) { passOn(runID, run, .failed(message: reason)) }
        }
    }

    private func passOn(_ runID: [UInt8], _ run: Run, _ state: PluginRunUpdate.State, _ result: [UInt8] = []) {
        var result = result
        switch state {
        case .failed, .lost:
            host?.output.catchUp()
            result = RunLog.adding(log.tail(since: run.logMark), to: result)
        case .running, .succeeded, .cancelled: break
        }
        if case .running = state {
        } else {
            let actions = configuration.actions
            Task { await actions.runEnded(runID) }
        }
        tell(.run(PluginRunUpdate(runID: runID, application: id, task: run.task.name, state: state, result: result)))
    }
}
