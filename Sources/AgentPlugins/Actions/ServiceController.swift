/// The system's service manager, or what stands for it.
package protocol ServiceController: Sendable {
    /// Returns when the unit is in the state asked for, also when it was before.
    func perform(_ action: ServiceRequest.Action, on unit: String, deadline: Duration) async throws(ServiceError)

    /// How the unit is now.
    func state(of unit: String, deadline: Duration) async throws(ServiceError) -> UnitState
}

/// Why a unit is not in the state asked for.
package struct ServiceError: Error, Sendable, Hashable {
    package let message: String
    package let isTimeout: Bool

    package init(_ message: String, isTimeout: Bool = false) {
        self.message = message
        self.isTimeout = isTimeout
    }
}
