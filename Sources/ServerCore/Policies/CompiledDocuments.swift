import DeviceProtocol

/// Devices whose document is another since a transaction, by its hash.
struct CompiledDocuments: Sendable {
    /// Of the facts' cache, within the transaction.
    var moment: UInt64
    var hashes: [DeviceUID: [UInt8]] = [:]
    /// Others may wait to be compiled.
    var hasMore = false
}
