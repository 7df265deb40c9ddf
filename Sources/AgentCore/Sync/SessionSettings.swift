/// What the server last said about when and how to connect; kept, so that a restart does not forget it.
package struct SessionSettings: Sendable, Hashable {
    /// Seconds between periodic synchronisations.
    package var syncInterval: Int64 = 900
    package var keepConnection = false
    /// Why keep-connection was refused; empty when it was not.
    package var refusedReason = ""
    /// µs; asking again before is useless.
    package var refusedUntil: Int64 = 0
    /// Seconds over which devices spread their return after a break.
    package var reconnectWindow: Int64 = 30
    /// Seconds between reports of statistics; 0 for every synchronisation.
    package var statisticsInterval: Int64 = 0

    package static let syncIntervalRange: ClosedRange<Int64> = 5...7 * 86_400
    package static let longestReconnectWindow: Int64 = 300

    package init() {}
}
