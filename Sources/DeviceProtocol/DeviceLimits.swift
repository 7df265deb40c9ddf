/// Bounds on what one side accepts from the other, each with a test.
package enum DeviceLimits {
    /// An event, encoded; refused at `emit` beyond.
    package static let eventBytes = 8 << 10
    /// Events of one WebSocket message, so that control never waits behind more.
    package static let eventBatchBytes = 16 << 10
    /// Events sent over a WebSocket and not yet acknowledged.
    package static let eventBytesInFlight = 64 << 10
    /// Events of one HTTP request.
    package static let eventRequestBytes = 256 << 10
    /// Requests of one synchronisation.
    package static let roundsPerSync = 64
    /// Software items of one inventory message.
    package static let inventoryItems = 20_000
    /// Packages of a device's whole list, which may come in several messages.
    package static let softwareList = 100_000
}
