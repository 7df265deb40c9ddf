package import AgentPlugins

/// Decides whether a plugin in a new version is well: it runs for a while without an end, and none of its application's
/// instances failed that had not failed before. What a server says, or that none can be reached, is no matter of it. Pure.
package struct HealthGate: Sendable {
    package enum Verdict: Sendable, Hashable {
        /// Not before so many µs of the steady clock more can be said, unless something changes.
        case wait(until: Int64)
        case passed
        case failed(reason: String)
        /// The device lacked what it takes to try it: no fault of the version's. Another time.
        case postponed(reason: String)
    }

    /// µs.
    package static let usualWindow: Int64 = 15_000_000
    /// µs after which a plugin that still starts is not well.
    package static let longestStart: Int64 = 60_000_000

    private let window: Int64
    private let began: Int64
    /// Instances that had failed before.
    private let failedBefore: Set<String>
    private let restartsBefore: Int
    private var runningSince: Int64?

    /// `restarts`: unwanted ends that the plugin in its new version had when it began; 0 as a rule.
    package init(now: Int64, window: Int64 = usualWindow, failedBefore: Set<String> = [], restarts: Int = 0) {
        self.window = window
        self.failedBefore = failedBefore
        began = now
        restartsBefore = restarts
    }

    /// `report` is nil when there is no such plugin any more.
    package mutating func look(_ report: ApplicationReport?, now: Int64) -> Verdict {
        guard let report else { return .failed(reason: "the plugin is not there") }
        // Also when the device lacks something since: else what takes all there is and ends would never be found.
        if report.health.restarts - report.health.shortages > restartsBefore {
            let last = report.health.lastError ?? "no reason is known"
            return .failed(
                reason: report.health.isShort
                    ? "its process ended, and the device lacks what another one needs: \(last)"
                    : "its process ended: \(last)")
        }
        if report.health.isShort { return lacks(report.health, now) }
        switch report.health.state {
        case .backingOff, .quarantined, .stopped:
            return .failed(reason: "it does not run: \(report.health.lastError ?? "no reason is known")")
        case .starting:
            runningSince = nil
            guard now < began + Self.longestStart else {
                return .failed(reason: "it did not start in \(Self.longestStart / 1_000_000) s")
            }
            return .wait(until: began + Self.longestStart)
        case .running: break
        }
        let failed = report.instances.filter { $0.state == .failed && !failedBefore.contains($0.instance) }
        if let first = failed.first {
            let name = first.instance.isEmpty ? report.plugin : "\(report.plugin)#\(first.instance)"
            return .failed(reason: "\(name) is failed, and was not before")
        }
        let since = runningSince ?? now
        runningSince = since
        return now >= since + window ? .passed : .wait(until: since + window)
    }

    /// The supervision goes on trying; for as long as a start may take the device may have again what it lacks.
    private mutating func lacks(_ health: PluginHealth, _ now: Int64) -> Verdict {
        runningSince = nil
        guard now < began + Self.longestStart else {
            return .postponed(
                reason: "the device lacks what its process needs: \(health.lastError ?? "no reason is known")")
        }
        return .wait(until: began + Self.longestStart)
    }
}
