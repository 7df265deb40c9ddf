internal import MartletPluginKit

/// The task restart-service.
enum ServiceRestart {
    struct Parameters: Decodable, Sendable {
        let unit: String
    }

    struct Result: Encodable, Sendable {
        let unit: String
        let state: String
        let detail: String
    }

    /// Which units may be restarted is not for the plugin to say: its manifest leaves it to the host's owner.
    static func perform(_ parameters: Parameters, _ run: TaskRun, _ host: Host) async throws -> Result {
        run.report(percent: 0, "restarting \(parameters.unit)")
        try await host.service(.restart, unit: parameters.unit)
        run.report(percent: 90, "looking how it is")
        let now = try await host.state(ofUnit: parameters.unit)
        guard now.state != "failed", now.state != "not-found" else {
            throw PluginFailure(.unavailable, "\(parameters.unit) was restarted and is \(now.state): \(now.detail)")
        }
        return Result(unit: parameters.unit, state: now.state, detail: now.detail)
    }
}
