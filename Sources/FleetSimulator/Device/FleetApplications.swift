import AgentCore
import AgentPlugins
import DesiredState
import Synchronization

/// Stands for the plugins of a device: one application, `martlet.fleet`, that takes any settings and does its tasks at once.
final class FleetApplications: ManagedApplications {
    static let application = "martlet.fleet"

    private let delegate: any PluginDelegate
    private let meter: FleetMeter
    private let number: Int
    private let settings = Mutex(JSONValue.object([:]))

    init(number: Int, meter: FleetMeter, delegate: any PluginDelegate) {
        self.number = number
        self.meter = meter
        self.delegate = delegate
    }

    func applications() async -> [ApplicationReport] {
        let instance = InstanceReport(instance: "", state: .running, version: "1.0", details: [:])
        return [
            ApplicationReport(
                plugin: Self.application, name: "Fleet", version: "1.0", instances: [instance],
                health: PluginHealth(state: .running, restarts: 0, refusals: 0))
        ]
    }

    func settingsInForce(of application: String) async -> JSONValue? { settings.withLock { $0 } }
    func statistics() async -> [ApplicationStatisticsReport] { [] }
    func refresh() async {}

    func apply(_ wanted: JSONValue, to application: String) async -> ApplyOutcome {
        let isNew = settings.withLock { settings in
            defer { settings = wanted }
            return settings != wanted
        }
        if isNew { meter.applied(number) }
        return .applied
    }

    func control(_ application: String, instance: String?, _ action: ControlAction) async -> CallOutcome { .done }

    func startTask(runID: [UInt8], application: String, task: String, parameters: [UInt8]) async -> CallOutcome {
        let (delegate, meter, number) = (delegate, meter, number)
        // Beside the call, as a plugin's news come.
        Task {
            await delegate.taskChanged(
                PluginRunUpdate(
                    runID: runID, application: application, task: task, state: .succeeded,
                    result: Array("{}".utf8)))
            meter.ran(number)
        }
        return .done
    }

    func cancelTask(runID: [UInt8], application: String) async -> CallOutcome { .done }
}
