/// When a plugin's process is started, watched, ended, started again, and when no longer. Pure: time and randomness are
/// arguments, what is to be done is returned.
package struct PluginSupervision: Sendable {
    package enum State: Sendable, Hashable {
        case stopped
        /// The process was asked for; the plugin is not active yet.
        case starting
        case running
        /// The process was killed and has not gone yet.
        case ending
        case backingOff(until: Duration)
        case quarantined
        /// Winding down because the agent stops.
        case stopping
    }

    package enum Input: Sendable, Hashable {
        case start
        /// The agent stops, or the plugin is removed.
        case stop
        /// The plugin is active.
        case ready
        /// A heartbeat was answered.
        case alive
        /// The process must go: a deadline, a protocol error, a refusal.
        case condemn(reason: String)
        /// The process is gone, whyever, or could not be started.
        case ended(HostEnd)
        /// Settings, package or operator changed: a quarantine is lifted, a back-off cut short.
        case release
        case tick
    }

    package enum Action: Sendable, Hashable {
        case launch
        case beat
        case kill
        /// An end that nobody asked for.
        case reportEnd(HostEnd)
        case stateChanged
    }

    package private(set) var state: State = .stopped
    /// Unwanted ends since the start of supervision.
    package private(set) var restarts = 0
    /// Of those, for want of something of the device's.
    package private(set) var shortages = 0
    /// The last process was not had for that reason, and none runs since.
    package private(set) var isShort = false
    /// Why the last process ended, or is to end.
    package private(set) var lastError: String?
    /// The next moment `tick` has something to do; nil when only an input can change anything.
    package var nextTick: Duration? {
        switch state {
        case .starting, .running: min(lastBeat + timing.heartbeat, lastAlive + timing.hung)
        case .backingOff(let until): until
        case .stopped, .ending, .quarantined, .stopping: nil
        }
    }

    /// Whether there will be another process without anybody's doing.
    package var willLaunch: Bool {
        switch state {
        case .starting, .running, .ending, .backingOff: true
        case .stopped, .quarantined, .stopping: false
        }
    }

    private let timing: SupervisionTiming
    private var lastBeat: Duration = .zero
    private var lastAlive: Duration = .zero
    private var readySince: Duration?
    /// Why the process was condemned; nil when it was not.
    package private(set) var condemnation: String?
    /// Unwanted ends within the window.
    private var ends: [Duration] = []
    /// Unwanted ends since the plugin last ran for a whole window.
    private var failures = 0

    package init(timing: SupervisionTiming = SupervisionTiming()) { self.timing = timing }

    /// `random` is in 0..<1 and only decides how long a back-off is.
    package mutating func handle(_ input: Input, now: Duration, random: Double) -> [Action] {
        switch (input, state) {
        case (.start, .stopped): return launch(now)
        case (.ready, .starting): return becomeReady(now)
        case (.alive, .starting), (.alive, .running):
            lastAlive = now
            return []
        case (.condemn(let reason), .starting), (.condemn(let reason), .running), (.condemn(let reason), .stopping):
            return condemn(reason)
        case (.ended, .stopping), (.ended, .stopped):
            state = .stopped
            return [.stateChanged]
        case (.ended(let end), _): return ended(end, now, random)
        case (.release, .quarantined), (.release, .backingOff):
            ends = []
            failures = 0
            return launch(now)
        case (.stop, _): return stop()
        case (.tick, _): return tick(now)
        default: return []
        }
    }

    private mutating func launch(_ now: Duration) -> [Action] {
        state = .starting
        lastBeat = now
        lastAlive = now
        readySince = nil
        condemnation = nil
        return [.launch, .stateChanged]
    }

    private mutating func becomeReady(_ now: Duration) -> [Action] {
        state = .running
        isShort = false
        readySince = now
        return [.stateChanged]
    }

    private mutating func condemn(_ reason: String) -> [Action] {
        condemnation = reason
        lastError = reason
        if state != .stopping { state = .ending }
        return [.kill, .stateChanged]
    }

    private mutating func ended(_ end: HostEnd, _ now: Duration, _ random: Double) -> [Action] {
        let end = HostEnd(
            cause: end.cause, reason: condemnation ?? end.reason, lastLines: end.lastLines, isShortage: end.isShortage)
        lastError = end.description
        restarts += 1
        isShort = end.isShortage
        if isShort { shortages += 1 }
        if let readySince, now - readySince >= timing.window { failures = 0 }
        failures += 1
        ends = ends.filter { now - $0 < timing.window }
        // A device that lacks something will have it again: it goes on trying, at longer and longer intervals.
        if !end.isShortage { ends.append(now) }
        state =
            ends.count >= timing.endsUntilQuarantine
            ? .quarantined : .backingOff(until: now + backOff(random))
        return [.reportEnd(end), .stateChanged]
    }

    /// Full jitter: anywhere up to the doubled limit, so that plugins that fail together do not return together.
    private func backOff(_ random: Double) -> Duration {
        let doublings = min(failures - 1, 30)
        let limit = min(timing.longestBackOff, timing.firstBackOff * Double(1 << doublings))
        return limit * random
    }

    private mutating func stop() -> [Action] {
        switch state {
        case .starting, .running, .ending:
            state = .stopping
            return [.stateChanged]
        case .stopped, .stopping: return []
        case .backingOff, .quarantined:
            state = .stopped
            return [.stateChanged]
        }
    }

    private mutating func tick(_ now: Duration) -> [Action] {
        switch state {
        case .backingOff(let until) where now >= until: return launch(now)
        case .starting, .running:
            if now - lastBeat >= timing.heartbeat * 2 {
                // It was not asked in time: this host slept, or had no processor for us. The process is not judged by that.
                lastBeat = now
                lastAlive = now
                return [.beat]
            }
            if now - lastAlive >= timing.hung {
                return condemn("no heartbeat was answered for \(timing.hung.components.seconds) s")
            }
            guard now - lastBeat >= timing.heartbeat else { return [] }
            lastBeat = now
            return [.beat]
        default: return []
        }
    }
}
