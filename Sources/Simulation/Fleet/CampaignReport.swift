/// The sum of fleets.
package struct CampaignReport: Sendable {
    package private(set) var fleets = 0
    package private(set) var devices = 0
    package private(set) var deviceDays = 0.0
    package private(set) var events = 0
    package private(set) var lines = 0
    package private(set) var violation: Violation?
    /// Of all trace hashes, in their order.
    package private(set) var hash: UInt64 = 0
    package var processorSeconds = 0.0

    package init() {}

    package mutating func add(_ fleet: FleetReport) {
        fleets += 1
        devices += fleet.devices
        deviceDays += fleet.deviceDays
        events += fleet.events
        lines += fleet.lines
        hash = (hash << 7 | hash >> 57) ^ fleet.traceHash
        violation = violation ?? fleet.violation
    }
}
