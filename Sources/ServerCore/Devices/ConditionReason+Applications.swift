import DesiredState

extension ConditionReason {
    /// Name of the part of an application that stands for the process which hosts its plugin.
    private static let host = "plugin-host"

    /// What a device says of its applications and of its agent. An application's own state is told only when none of
    /// its instances explains it.
    static func applications(_ facts: DeviceConditionFacts) -> [ConditionReason] {
        var found = Dictionary(grouping: facts.applications, by: \.application).sorted { $0.key < $1.key }
            .flatMap { parts($0.value, facts) }
        let isExplained = found.contains { $0.code != .applicationStopped && $0.code != .settingsProblem }
        if facts.healthy == false, !isExplained || !(facts.healthError ?? "").isEmpty {
            found.append(
                ConditionReason(
                    .agentUnhealthy,
                    "its agent says that it is not well\(DeviceCondition.colon(facts.healthError)); look at its log"))
        }
        return found
    }

    private static func parts(_ states: [ApplicationState], _ facts: DeviceConditionFacts) -> [ConditionReason] {
        let below = states.filter { !$0.instance.isEmpty }.compactMap { part($0, facts) }
        let whole = states.filter { $0.instance.isEmpty }
        return (below.isEmpty ? whole.compactMap { part($0, facts) } : below) + whole.compactMap(settings)
    }

    private static func part(_ state: ApplicationState, _ facts: DeviceConditionFacts) -> ConditionReason? {
        let error = DeviceCondition.colon(state.lastError)
        if state.instance == host {
            guard !state.healthy else { return nil }
            return ConditionReason(
                .pluginFailed,
                "the plugin of \(state.application) is \(state.status)\(error); its application is not managed meanwhile; look at the agent's log"
            )
        }
        let name = state.instance.isEmpty ? state.application : "\(state.application)#\(state.instance)"
        if !state.healthy {
            let word = state.status.isEmpty ? "unhealthy" : state.status
            return ConditionReason(
                state.status == "failed" ? .applicationFailed : .applicationUnhealthy,
                "\(name) is \(word)\(error); look at its log, or restart it with \"martlet app restart \(state.application) --device \(facts.name)\""
            )
        }
        guard state.status == "stopped" else { return nil }
        return ConditionReason(
            .applicationStopped,
            "\(name) is stopped; \"martlet app start \(state.application) --device \(facts.name)\" starts it")
    }

    private static func settings(_ state: ApplicationState) -> ConditionReason? {
        state.attributes["settings.problem"]?.stringValue.map {
            ConditionReason(.settingsProblem, "settings of \(state.application) are not all in force: \($0)")
        }
    }
}
