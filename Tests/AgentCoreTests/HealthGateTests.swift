import AgentCore
import AgentPlugins
import DesiredState
import Testing

@Suite struct HealthGateTests {
    private func report(
        _ state: PluginHealth.State, restarts: Int = 0, instances: [String: InstanceReport.State] = [:]
    ) -> ApplicationReport {
        ApplicationReport(
            plugin: "com.example.cache", name: "Cache", version: "2",
            instances: instances.map { InstanceReport(instance: $0, state: $1, version: "", details: [:]) },
            health: PluginHealth(state: state, restarts: restarts, lastError: "signal 11", refusals: 0))
    }

    @Test func `a version is well once its plugin ran for the whole window`() {
        var gate = HealthGate(now: 0, window: 100)
        #expect(gate.look(report(.starting), now: 0) == .wait(until: HealthGate.longestStart))
        #expect(gate.look(report(.running), now: 50) == .wait(until: 150))
        #expect(gate.look(report(.running), now: 149) == .wait(until: 150))
        #expect(gate.look(report(.running), now: 150) == .passed)
    }

    @Test(arguments: [PluginHealth.State.backingOff, .quarantined, .stopped])
    func `a plugin that does not run is not well`(state: PluginHealth.State) {
        var gate = HealthGate(now: 0, window: 100)
        _ = gate.look(report(.running), now: 0)
        guard case .failed(let reason) = gate.look(report(state), now: 10) else { return #expect(Bool(false)) }
        #expect(reason.contains("signal 11"))
    }

    @Test func `an end that nobody saw is seen by its count`() {
        var gate = HealthGate(now: 0, window: 100)
        _ = gate.look(report(.running), now: 0)
        guard case .failed = gate.look(report(.running, restarts: 1), now: 99) else { return #expect(Bool(false)) }
    }

    @Test func `a plugin that does not come to work in time is not well`() {
        var gate = HealthGate(now: 5, window: 100)
        guard case .wait(let until) = gate.look(report(.starting), now: 5),
            case .failed = gate.look(report(.starting), now: until)
        else { return #expect(Bool(false)) }
    }

    @Test func `a process that the device has no room for is waited for, and is then no fault of the version's`() {
        func short(_ state: PluginHealth.State, isShort: Bool = true) -> ApplicationReport {
            ApplicationReport(
                plugin: "com.example.cache", name: "Cache", version: "2", instances: [],
                health: PluginHealth(
                    state: state, restarts: 3, shortages: 3, isShort: isShort, lastError: "no memory", refusals: 0))
        }
        var gate = HealthGate(now: 0, window: 100)
        #expect(gate.look(short(.backingOff), now: 10) == .wait(until: HealthGate.longestStart))
        guard case .postponed(let reason) = gate.look(short(.starting), now: HealthGate.longestStart) else {
            return #expect(Bool(false))
        }
        #expect(reason.contains("no memory"))
        gate = HealthGate(now: 0, window: 100)
        #expect(gate.look(report(.running), now: 0) == .wait(until: 100))
        _ = gate.look(short(.backingOff), now: 10)
        // Once it has what it needs it is judged as ever, from then on.
        #expect(gate.look(short(.running, isShort: false), now: 20) == .wait(until: 120))
        #expect(gate.look(short(.running, isShort: false), now: 120) == .passed)
    }

    @Test func `a process that ended by itself is the version's, also when there is no room for another one`() {
        var gate = HealthGate(now: 0, window: 100)
        _ = gate.look(report(.running), now: 0)
        let health = PluginHealth(
            state: .backingOff, restarts: 2, shortages: 1, isShort: true, lastError: "no memory", refusals: 0)
        let after = ApplicationReport(
            plugin: "com.example.cache", name: "Cache", version: "2", instances: [], health: health)
        guard case .failed(let reason) = gate.look(after, now: 10) else { return #expect(Bool(false)) }
        #expect(reason.contains("its process ended") && reason.contains("no memory"))
    }

    @Test func `an application that had failed before is not the new version's fault, another one is`() {
        var gate = HealthGate(now: 0, window: 100, failedBefore: ["a"])
        #expect(gate.look(report(.running, instances: ["a": .failed, "b": .running]), now: 0) == .wait(until: 100))
        #expect(gate.look(report(.running, instances: ["a": .failed, "b": .stopped]), now: 100) == .passed)
        guard case .failed(let reason) = gate.look(report(.running, instances: ["a": .failed, "b": .failed]), now: 50)
        else { return #expect(Bool(false)) }
        #expect(reason.contains("com.example.cache#b"))
    }
}
