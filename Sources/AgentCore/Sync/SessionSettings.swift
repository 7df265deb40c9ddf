/// What the server last said about when and how to connect; kept, so that a restart does not forget it.
package struct SessionSettings: Sendable, Hashable {
    /// Seconds between periodic synchronisations.
    package var syncInterval: Int64 = 900
    package var keepConnection = false
    /// Why keep-connection was refused; empty when it was not.
    package var refusedReason = ""
    /// µs of the steady clock; asking again before is useless.
    package var refusedUntil: Int64 = 0
    /// The same, for a server (or what is before it) that makes no WebSocket at all; it does not say until when.
    package var upgradeRefusedUntil: Int64 = 0
    /// Seconds over which devices spread their return after a break.
    package var reconnectWindow: Int64 = 30
    /// Seconds between reports of statistics; 0 for every synchronisation.
    package var statisticsInterval: Int64 = 0

    /// The device's place in the reconnect window, 1 to `slots`; 0 for none: then any place at random.
    package var reconnectSlot: Int64 = 0
    /// Why the server holds the device: it neither gets orders nor configuration. Empty when it does not.
    package var hold = ""

    package static let slots: Int64 = 65_536

    /// Whether a connection is to be kept at this time (µs of the steady clock).
    func mayKeepConnection(_ now: Int64) -> Bool { keepConnection && now >= max(refusedUntil, upgradeRefusedUntil) }

    /// What is kept over a restart.
    var lasting: [Int64] { [syncInterval, keepConnection ? 1 : 0, reconnectWindow, statisticsInterval, reconnectSlot] }

    package static let syncIntervalRange: ClosedRange<Int64> = 5...7 * 86_400
    package static let longestReconnectWindow: Int64 = 300
    /// µs; who was refused asks again after it at the latest.
    package static let longestRefusal: Int64 = 86_400 * 1_000_000

    /// µs that a refusal still holds by the clock of the server, who says both: the device's clock is another, and may be set.
    static func refusal(until end: Int64, _ serverTime: Int64) -> Int64 {
        let (rest, overflows) = end.subtractingReportingOverflow(serverTime)
        return overflows ? longestRefusal : min(max(0, rest), longestRefusal)
    }

    package init() {}
}
