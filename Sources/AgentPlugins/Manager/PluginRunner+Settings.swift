internal import DesiredState
internal import DurableFiles
internal import Logging
internal import PluginLink
internal import PluginPackage

extension PluginRunner {
    /// A new process on its way to work: create, init, activate with what was last applied, apply what is wanted.
    func bringUp(_ generation: UInt64) async {
        // What another version took this one may not know.
        let schema = plugin.manifest.settings
        let kept = applied.load().flatMap { schema.violations(in: $0, limit: 1).isEmpty ? $0 : nil }
        let former = kept ?? plugin.manifest.defaultSettings
        let local = JSONValue.object(plugin.manifest.local.mapValues { .string($0) })
        let steps: [(Int, LinkFields)] = [
            (PL_CREATE, LinkFields().adding(PL_DOCUMENT, CanonicalJSON.encode(local))),
            (PL_INIT, LinkFields()),
            (PL_ACTIVATE, LinkFields().adding(PL_DOCUMENT, CanonicalJSON.encode(former))),
        ]
        for (type, fields) in steps {
            let reply = await perform(type, fields, limit: configuration.deadlines.call)
            guard generation == self.generation, supervision.state == .starting else { return }
            guard reply.isDone else { return handle(.condemn(reason: "\(CallName.of(type)) failed: \(reply.reason)")) }
        }
        taken = former
        if let desired {
            if desired == former { settingsProblem = nil } else { _ = await apply(filled: desired) }
        }
        await readSettings()
        await readState()
        guard generation == self.generation, supervision.state == .starting else { return }
        handle(.ready)
        await resumeRuns()
    }

    /// Puts settings in force. They are wanted from here on: after a crash they are applied again.
    func apply(_ settings: JSONValue) async -> ApplyOutcome {
        let filled = plugin.manifest.settings.fillingDefaults(settings)
        if let violation = plugin.manifest.settings.violations(in: filled, limit: 1).first {
            let problem = ApplyProblem(
                reason: "expected \(violation.expected), got \(violation.got)", pointer: violation.path)
            settingsProblem = problem
            return .failed(problem)
        }
        let isNew = desired != filled
        desired = filled
        if isNew, supervision.state == .quarantined { handle(.release) }
        guard await waitUntilStarted() else { return await keepNotRunning() }
        // What it took already is not applied once more: an application may have to restart for it.
        return isSettled(filled) ? .applied : await put(filled)
    }

    /// Puts what is wanted in force once more, whatever it took before.
    func applyAgain() async -> ApplyOutcome {
        guard await waitUntilStarted() else { return await keepNotRunning() }
        guard let desired else { return .failed(ApplyProblem(reason: "no settings were applied")) }
        return await put(desired)
    }

    private func put(_ filled: JSONValue) async -> ApplyOutcome {
        let outcome = await apply(filled: filled)
        await readSettings()
        scheduleStateRead()
        tell(.stateChanged)
        return outcome
    }

    private func keepNotRunning() async -> ApplyOutcome {
        keep(.failed(ApplyProblem(reason: await call(PL_APPLY).reason)))
    }

    private func apply(filled: JSONValue) async -> ApplyOutcome {
        let document = LinkFields().adding(PL_DOCUMENT, CanonicalJSON.encode(filled))
        let checked = await perform(PL_VALIDATE, document, limit: configuration.deadlines.validate)
        guard checked.isDone else {
            return keep(.failed(ApplyProblem(reason: checked.reason, pointer: checked.pointer)))
        }
        let reply = await perform(PL_APPLY, document, limit: configuration.deadlines.call)
        guard reply.isDone else { return keep(.failed(ApplyProblem(reason: reply.reason, pointer: reply.pointer))) }
        taken = filled
        do throws(SystemError) { try applied.save(filled) } catch {
            logger.error("the applied settings cannot be kept", metadata: ["error": "\(error)"])
        }
        return keep(.applied)
    }

    private func keep(_ outcome: ApplyOutcome) -> ApplyOutcome {
        if case .failed(let problem) = outcome { settingsProblem = problem } else { settingsProblem = nil }
        return outcome
    }

    /// nil when it cannot be said now: the plugin is not running, or what is wanted is not what it took last.
    func settingsDrift() async -> [SettingsDrift]? {
        guard supervision.state == .running, let desired, isSettled(desired), await readSettings() else { return nil }
        // The answer may be older than what came meanwhile.
        guard supervision.state == .running, isSettled(desired), let inForce else { return nil }
        return SettingsDrift.between(applied: desired, inForce: inForce, schema: plugin.manifest.settings)
    }

    private func isSettled(_ settings: JSONValue) -> Bool {
        desired == settings && taken == settings && settingsProblem == nil
    }

    /// False when the plugin did not say.
    @discardableResult private func readSettings() async -> Bool {
        let reply = await perform(PL_READ_SETTINGS, limit: configuration.deadlines.call)
        guard reply.isDone else {
            if reply.status == CallReply.unimplemented { inForce = applied.load() }
            return false
        }
        do {
            inForce = try JSONValue(parsing: reply.document)
            return true
        } catch {
            refuse(Refusal("settings in force: \(error)"))
            return false
        }
    }

    /// Reads the state in a while: at most one read a second, however often the plugin asks.
    func scheduleStateRead() {
        guard !isStateReadDue else { return }
        isStateReadDue = true
        let delay = max(lastStateRead + .seconds(1) - MonotonicTime.now, .zero)
        Task { [weak self] in
            try? await Task.sleep(for: delay)
            await self?.readDueState()
        }
    }

    private func readDueState() async {
        isStateReadDue = false
        guard supervision.state == .running else { return }
        await readState()
        tell(.stateChanged)
    }

    func readState() async {
        lastStateRead = MonotonicTime.now
        let reply = await perform(PL_READ_STATE, limit: configuration.deadlines.call)
        guard reply.isDone else {
            if reply.status != CallReply.unimplemented { refuse(Refusal("state: \(reply.reason)")) }
            return
        }
        do throws(Refusal) { instances = try StateCheck.instances(reply.document) } catch { refuse(error) }
    }
}
