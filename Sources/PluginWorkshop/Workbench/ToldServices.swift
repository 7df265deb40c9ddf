internal import AgentPlugins

/// Stands for the service manager: does nothing, remembers what was asked, and answers as if it had been done.
actor ToldServices: ServiceController {
    private var words: [String: UnitState.Word] = [:]

    func perform(_ action: ServiceRequest.Action, on unit: String, deadline: Duration) async throws(ServiceError) {
        words[unit] = action == .stop ? .stopped : .running
    }

    func state(of unit: String, deadline: Duration) async throws(ServiceError) -> UnitState {
        UnitState(words[unit] ?? .stopped, detail: "on the workbench")
    }
}
