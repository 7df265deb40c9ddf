import DeviceProtocol

/// All that is durable at the server.
struct ServerTables {
    var storeEpoch: Identifier
    var devices: [DeviceRow]
}
