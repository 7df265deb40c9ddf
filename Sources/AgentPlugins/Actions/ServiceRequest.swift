/// Something to be done to a service unit, which the plugin's manifest names.
package struct ServiceRequest: Sendable, Hashable {
    /// The values are those of martlet.service/1.
    package enum Action: Int64, Sendable, Hashable, CaseIterable {
        case start = 1
        case stop = 2
        case restart = 3
        case reload = 4
    }

    package var unit: String
    package var action: Action
    /// On CLOCK_MONOTONIC; nobody waits for an answer after it.
    package var deadline: Duration

    package init(unit: String, action: Action, deadline: Duration) {
        self.unit = unit
        self.action = action
        self.deadline = deadline
    }
}
