package import AgentPlugins
package import DesiredState

/// What the agent asks of its plugins; `PluginManager` says what each of it means.
package protocol ManagedApplications: Sendable {
    func applications() async -> [ApplicationReport]
    func settingsInForce(of application: String) async -> JSONValue?
    func settingsDrift(of application: String) async -> [SettingsDrift]?
    func applyAgain(to application: String) async -> ApplyOutcome
    func statistics() async -> [ApplicationStatisticsReport]
    func refresh() async
    func apply(_ settings: JSONValue, to application: String) async -> ApplyOutcome
    func control(_ application: String, instance: String?, _ action: ControlAction) async -> CallOutcome
    func startTask(runID: [UInt8], application: String, task: String, parameters: [UInt8]) async -> CallOutcome
    func cancelTask(runID: [UInt8], application: String) async -> CallOutcome
}

extension ManagedApplications {
    // Those of applications that cannot be asked.
    package func settingsDrift(of application: String) async -> [SettingsDrift]? { nil }
    package func applyAgain(to application: String) async -> ApplyOutcome { .applied }
}

extension PluginManager: ManagedApplications {}
