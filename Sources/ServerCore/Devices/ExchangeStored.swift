import DeviceProtocol

/// What the store made of a message.
struct ExchangeStored: Sendable {
    var receipts: [WireStreamReceipt] = []
    /// False when a change of the software list started from a list that the server does not hold.
    var inventoryTaken = true
    /// A rule brought the device to another group: what is declared for it is something else now.
    var move: DeviceMove?
    /// Too many devices failed to take a package: others are not to begin with it.
    var haltedRollout = false
}
