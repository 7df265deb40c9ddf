internal import DesiredState
internal import DurableFiles
internal import Logging
internal import PluginLink
internal import PluginPackage

extension PluginRunner {
    /// A new process on its way to work: create, init, activate with what was last applied, apply what is wanted.
    func bringUp(_ generation: UInt64) async {
        let former = applied.load() ?? plugin.manifest.defaultSettings
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
        if let desired, desired != former { _ = await apply(filled: desired) }
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
        let isOnItsWay = supervision.state == .starting
        guard await waitUntilStarted() else {
            let reply = await call(PL_APPLY)
            return keep(.failed(ApplyProblem(reason: reply.reason)))
        }
        // A start applies what is wanted by itself.
        let outcome =
            isOnItsWay && applied.load() == filled && settingsProblem == nil ? .applied : await apply(filled: filled)
        await readSettings()
        scheduleStateRead()
        tell(.stateChanged)
        return outcome
    }

    private func apply(filled: JSONValue) async -> ApplyOutcome {
        let document = LinkFields().adding(PL_DOCUMENT, CanonicalJSON.encode(filled))
        let checked = await perform(PL_VALIDATE, document, limit: configuration.deadlines.validate)
        guard checked.isDone else {
            return keep(.failed(ApplyProblem(reason: checked.reason, pointer: checked.pointer)))
        }
        let reply = await perform(PL_APPLY, document, limit: configuration.deadlines.call)
        guard reply.isDone else { return keep(.failed(ApplyProblem(reason: reply.reason, pointer: reply.pointer))) }
        do throws(SystemError) { try applied.save(filled) } catch {
            logger.error("the applied settings cannot be kept", metadata: ["error": "\(error)"])
        }
        return keep(.applied)
    }

    private func keep(_ outcome: ApplyOutcome) -> ApplyOutcome {
        if case .failed(let problem) = outcome { settingsProblem = problem } else { settingsProblem = nil }
        return outcome
    }

    private func readSettings() async {
        let reply = await perform(PL_READ_SETTINGS, limit: configuration.deadlines.call)
        guard reply.isDone else {
            if reply.status == CallReply.unimplemented { inForce = applied.load() }
            return
        }
        do {
            inForce = try JSONValue(parsing: reply.document)
        } catch {
            refuse(Refusal("settings in force: \(error)"))
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
