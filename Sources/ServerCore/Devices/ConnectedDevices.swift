import DeviceProtocol

/// The devices that hold a connection to this process. A value.
struct ConnectedDevices: Sendable {
    struct Place: Sendable, Equatable {
        var connection: UInt64
        /// In the reconnect window.
        var slot: UInt32
    }

    private var places: [DeviceUID: Place] = [:]
    private var slots = ReconnectSlots()

    var count: Int { places.count }

    subscript(device: DeviceUID) -> Place? { places[device] }

    /// A device that connects anew keeps its place in the window.
    mutating func connect(_ device: DeviceUID, connection: UInt64) {
        places[device] = Place(connection: connection, slot: places[device]?.slot ?? slots.next())
    }

    /// Returns false when the device holds another connection by now.
    mutating func disconnect(_ device: DeviceUID, connection: UInt64) -> Bool {
        guard places[device]?.connection == connection else { return false }
        places[device] = nil
        return true
    }
}
