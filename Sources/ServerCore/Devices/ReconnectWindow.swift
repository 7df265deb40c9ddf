/// Seconds over which devices spread their return after a break. It follows the largest number of devices that were to return at
/// once so far, in doublings, and never shrinks: the devices of a server that has just begun come back with it, not
/// after it. A value.
package struct ReconnectWindow: Sendable {
    private let connectionsPerSecond: Int
    private let shortest: Int64
    package private(set) var seconds: Int64

    /// `returning`: devices that held a connection when they were last there, and hold none now.
    package init(connectionsPerSecond: Int, atLeast shortest: Int64, returning: Int = 0) {
        self.connectionsPerSecond = connectionsPerSecond
        self.shortest = shortest
        seconds = ReconnectSlots.window(
            devices: returning, connectionsPerSecond: connectionsPerSecond, atLeast: shortest)
    }

    /// So many devices are connected. Returns true when the window grew: then those that know a shorter one are to be told.
    package mutating func holds(_ devices: Int) -> Bool {
        let needed = ReconnectSlots.window(
            devices: devices, connectionsPerSecond: connectionsPerSecond, atLeast: shortest)
        guard needed > seconds else { return false }
        seconds = needed
        return true
    }
}
