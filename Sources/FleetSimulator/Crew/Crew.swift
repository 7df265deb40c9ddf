/// Devices that do what a conductor says: those of this process, or of another.
package protocol Crew: Sendable {
    /// Joins and starts the devices, evenly over the scenario's time to arrive. Returns when all have started.
    func start() async throws
    /// What is counted, begins anew.
    func setMark() async throws
    func status() async throws -> FleetStatus
    /// Devices that have something to tell; costs a look into each one's store.
    func untold() async throws -> Int
    /// µs after the mark, for each device that has come so far.
    func times(_ goal: Scenario.Goal) async throws -> [Int64]
    /// Returns when the events are in the devices' spools.
    func emit(_ emission: Scenario.Emission) async throws
    func cut(_ share: Double) async throws
    /// Ends the devices in order and keeps their stores.
    func stop() async throws
}
