/// Places in the reconnect window, so that a fleet that returns together is spread as evenly as can be, however large it
/// is and however large it becomes. A value.
package struct ReconnectSlots: Sendable {
    /// A place is one of so many parts of the window.
    package static let parts: UInt32 = 65_536
    /// The part of the admission rate that a returning fleet may use: the rest is for everybody else.
    package static let shareOfRate = 0.8
    /// The part of the window in which the places lie (`ConnectionMachine`).
    static let shareOfWindow = 37.0 / 40
    /// Seconds; what is announced is never longer.
    package static let longestWindow: Int64 = 300

    private var given: UInt32 = 0

    package init() {}

    /// The next place, 1 to `parts`: each halves the largest gap between those given before.
    package mutating func next() -> UInt32 {
        defer { given = (given + 1) % Self.parts }
        var place: UInt32 = 0
        var bits = given
        for _ in 0..<16 {
            place = place << 1 | bits & 1
            bits >>= 1
        }
        return place + 1
    }

    /// Seconds over which so many devices return within the rate. It grows in doublings, so that it is not announced anew
    /// with every device that joins.
    package static func window(devices: Int, connectionsPerSecond: Int, atLeast shortest: Int64) -> Int64 {
        let needed = Double(devices) / (Double(max(1, connectionsPerSecond)) * shareOfRate * shareOfWindow)
        var window = max(1, shortest)
        while Double(window) < needed, window < longestWindow { window *= 2 }
        return min(window, max(longestWindow, shortest))
    }
}
