import AgentCore
import AgentPlugins
import DesiredState

/// Applications of which there are none, and that do whatever they are asked: a test says what it cares about.
protocol IdleApplications: ManagedApplications {}

extension IdleApplications {
    func applications() async -> [ApplicationReport] { [] }
    func settingsInForce(of application: String) async -> JSONValue? { nil }
    func statistics() async -> [ApplicationStatisticsReport] { [] }
    func refresh() async {}
    func apply(_ settings: JSONValue, to application: String) async -> ApplyOutcome { .applied }
    func control(_ application: String, instance: String?, _ action: ControlAction) async -> CallOutcome { .done }
    func startTask(runID: [UInt8], application: String, task: String, parameters: [UInt8]) async -> CallOutcome {
        .done
    }
    func cancelTask(runID: [UInt8], application: String) async -> CallOutcome { .done }
}
