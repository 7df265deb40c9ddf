/// What became of one fleet.
package struct FleetReport: Sendable {
    package let seed: UInt64
    package let devices: Int
    /// Virtual time it lived.
    package let microseconds: Int64
    package let traceHash: UInt64
    package let lines: Int
    /// Events in the server's tables at the end.
    package let events: Int
    package let violation: Violation?

    package var deviceDays: Double { Double(devices) * Double(microseconds) / 86_400_000_000 }
}
