import AgentCore
import AgentPlugins
import DesiredState
import Synchronization

/// Stands for the plugins of a device: one application, whose state changes when the driver says so.
final class SimulatedApplications: ManagedApplications {
    static let application = "sim.application"

    private struct State {
        var settings: JSONValue = .object([:])
        /// What the application's state is a report of.
        var version: Int64 = 0
    }

    private let world: AgentWorld
    private let state = Mutex(State())

    init(world: AgentWorld) { self.world = world }

    func change() { state.withLock { $0.version += 1 } }

    func applications() async -> [ApplicationReport] {
        let version = state.withLock { $0.version }
        let instance = InstanceReport(
            instance: "", state: version % 7 == 6 ? .degraded : .running, version: "1.0",
            details: ["version": .integer(version)])
        return [
            ApplicationReport(
                plugin: Self.application, name: "Simulated", version: "1.0", instances: [instance],
                health: PluginHealth(state: .running, restarts: 0, refusals: 0))
        ]
    }

    func settingsInForce(of application: String) async -> JSONValue? { state.withLock { $0.settings } }
    func statistics() async -> [ApplicationStatisticsReport] { [] }
    func refresh() async {}

    /// Every fourth document has settings that the application does not take.
    func apply(_ settings: JSONValue, to application: String) async -> ApplyOutcome {
        if settings["level"]?.integerValue.map({ $0 % 4 == 3 }) == true {
            return .failed(ApplyProblem(reason: "not this level", pointer: "/level"))
        }
        state.withLock { $0.settings = settings }
        return .applied
    }

    func control(_ application: String, instance: String?, _ action: ControlAction) async -> CallOutcome { .done }

    func startTask(runID: [UInt8], application: String, task: String, parameters: [UInt8]) async -> CallOutcome {
        let run = AgentWorld.StartedRun(id: runID, application: application, task: task)
        return world.begin(run) ? .done : .failed(reason: "the agent is gone", isRetryable: false)
    }

    func cancelTask(runID: [UInt8], application: String) async -> CallOutcome { .done }
}
