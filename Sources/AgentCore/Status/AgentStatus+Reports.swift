import AgentPlugins
import DeviceProtocol

extension AgentStatus.Plugin {
    init(_ report: ApplicationReport) {
        self.init(
            id: report.plugin, version: report.version, host: report.health.state.word, pid: report.health.pid ?? 0,
            user: report.health.user, restarts: report.health.restarts, lastError: report.health.lastError ?? "",
            instances: report.instances.map {
                (name: $0.name, state: $0.state.word, version: $0.version)
            })
    }
}

extension AgentStatus.Entry {
    init(_ outcome: EntryOutcome) {
        let status =
            switch outcome.status {
            case .applied: "applied"
            case .applying: "applying"
            case .failed: "failed"
            default: "unknown"
            }
        self.init(name: outcome.entry, status: status, reason: outcome.reason)
    }
}
