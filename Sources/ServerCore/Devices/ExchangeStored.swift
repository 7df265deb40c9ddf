import DeviceProtocol

/// What the store made of a message.
struct ExchangeStored: Sendable {
    var receipts: [WireStreamReceipt] = []
    /// False when a change of the software list started from a list that the server does not hold.
    var inventoryTaken = true
}
