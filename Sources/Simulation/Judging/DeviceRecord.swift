import DeviceProtocol

/// What the judge remembers of one device.
struct DeviceRecord {
    var events: [Identifier: EventFate] = [:]
    /// Serial number of the last event a plugin made.
    var serial: UInt64 = 0
    /// Runs whose journal was set back: they may begin again.
    var excusedRuns: Set<Identifier> = []
    /// Copies there were.
    var copies = 0
    /// Which host began the last connection, and how often it was another than before since somebody started.
    var speaker = -1
    var alternations = 0
    /// Events that the device says were lost with the server's store.
    var toldLost: Int64 = 0
}
