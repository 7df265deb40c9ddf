internal import DesiredState
internal import Logging
internal import PluginLink
internal import PluginPackage

extension PluginRunner {
    /// What came from a process; nothing when it is a former one.
    func take(_ input: HostProcess.Input, of generation: UInt64) {
        guard generation == self.generation, let host else { return }
        switch input {
        case .control(.frames(let frames)):
            for frame in frames {
                if let problem = take(frame) { return condemnForProtocol(problem) }
            }
            host.control.resume()
        case .control(.closed(let reason)):
            closedLanes += 1
            if let reason { condemnForProtocol(reason) }
            noteEnd(of: generation)
        case .exited:
            hasExited = true
            host.endChildren()
            noteEnd(of: generation)
        case .events: break
        }
    }

    /// Events of a process, in order; the next ones are read when these are settled.
    func takeEvents(_ arrival: LinkChannel.Arrival, of generation: UInt64) async {
        switch arrival {
        case .frames(let frames):
            guard generation == self.generation, let host else { return }
            await settle(frames, host)
            host.events.resume()
        case .closed(let reason):
            guard generation == self.generation else { return }
            closedLanes += 1
            if let reason { condemnForProtocol(reason) }
            noteEnd(of: generation)
        }
    }

    func condemnForProtocol(_ problem: String) {
        handle(.condemn(reason: "protocol error: \(problem)"))
    }

    private func settle(_ frames: [LinkFrame], _ host: HostProcess) async {
        var events: [PluginEvent] = []
        var refusal: (status: Int64, reason: String)?
        for frame in frames {
            guard frame.type == PL_EVENT else {
                return condemnForProtocol("frame type \(frame.type) on the events lane")
            }
            do throws(Refusal) {
                events.append(try EventCheck.event(frame, manifest: plugin.manifest))
            } catch {
                refuse(error)
                refusal = refusal ?? (HostActionResult.Status.invalid.rawValue, error.reason)
            }
        }
        let admissions = events.isEmpty ? [] : await delegate.append(events, from: id)
        for admission in admissions {
            switch admission {
            case .stored, .duplicate: break
            case .refused(let reason): refusal = refusal ?? (HostActionResult.Status.invalid.rawValue, reason)
            case .exhausted:
                refusal = refusal ?? (HostActionResult.Status.exhausted.rawValue, "the device's spool is full")
            }
        }
        var fields = LinkFields().adding(PL_STATUS, refusal?.status ?? 0)
        if let refusal { fields = fields.adding(PL_MESSAGE, refusal.reason) }
        host.events.send(LinkFrame(PL_STORED, correlation: frames.last?.correlation ?? 0, fields))
    }

    /// The problem, when the frame is none that may come now.
    private func take(_ frame: LinkFrame) -> String? {
        guard hello != nil || frame.type == PL_HELLO else { return "frame type \(frame.type) before the hello" }
        switch frame.type {
        case PL_HELLO: return takeHello(frame)
        case PL_LOADED: takeLoaded(frame)
        case PL_REFUSED:
            lacksInterface = frame.number(PL_STATUS) == CallReply.unimplemented
            handle(.condemn(reason: LogText.escape(frame.text(PL_MESSAGE))))
        case PL_ALIVE: handle(.alive)
        case PL_REPLY: pending.removeValue(forKey: frame.correlation)?.give(CallReply(frame))
        case PL_PROGRESS: takeProgress(frame)
        case PL_FINISHED: takeFinished(frame)
        case PL_STATE_CHANGED: scheduleStateRead()
        case PL_LOG: takeLog(frame)
        case PL_SERVICE, PL_SERVICE_STATE, PL_FILE_WRITE, PL_STORAGE_GET, PL_STORAGE_PUT, PL_SECRET_GET,
            PL_ARTIFACT_APPEND, PL_ARTIFACT_FINISH:
            takeRequest(frame)
        default: return "frame type \(frame.type) on the control lane"
        }
        return nil
    }

    private func takeHello(_ frame: LinkFrame) -> String? {
        guard hello == nil else { return "a second hello" }
        hello = frame
        let version = frame.number(PL_PROTOCOL) ?? 0
        guard version == Int64(PL_PROTOCOL_VERSION) else {
            return
                "\(configuration.hostExecutable) speaks hosting protocol \(version), the agent \(PL_PROTOCOL_VERSION); "
                + "install host and agent of one version"
        }
        guard frame.text(PL_PLUGIN) == id else { return "the host serves \(frame.text(PL_PLUGIN))" }
        return nil
    }

    private func takeLoaded(_ frame: LinkFrame) {
        version = LogText.escape(String(frame.text(PL_VERSION).prefix(64)))
        let generation = generation
        Task { await bringUp(generation) }
    }

    private func takeLog(_ frame: LinkFrame) {
        let text = frame.text(PL_MESSAGE).prefix(LogBudget.longestLine)
        guard let leftOut = logBudget.admit(text.utf8.count, now: MonotonicTime.now) else { return }
        if leftOut > 0 { logger.warning("plugin logs too much; \(leftOut) lines were left out") }
        let line = LogText.escape(String(text))
        log.add(line)
        switch frame.number(PL_LEVEL) {
        case 1: logger.debug("\(line)")
        case 3: logger.warning("\(line)")
        case 4: logger.error("\(line)")
        default: logger.info("\(line)")
        }
    }
}
