import DeviceProtocol

/// The devices that hold a connection to this process, and how all of them would return to it. A value.
struct ConnectedDevices: Sendable {
    struct Place: Sendable, Equatable {
        var connection: UInt64
        /// In the reconnect window.
        var slot: UInt32
    }

    private var places: [DeviceUID: Place] = [:]
    private var slots = ReconnectSlots()
    private var window: ReconnectWindow

    init(window: ReconnectWindow) { self.window = window }

    /// Seconds; of the reconnect window.
    var windowSeconds: Int64 { window.seconds }

    subscript(device: DeviceUID) -> Place? { places[device] }

    /// A device that connects anew keeps its place in the window. Returns the devices that are to be told that the window grew.
    mutating func connect(_ device: DeviceUID, connection: UInt64) -> Set<DeviceUID> {
        places[device] = Place(connection: connection, slot: places[device]?.slot ?? slots.next())
        guard window.holds(places.count) else { return [] }
        // The newest is answered anyway.
        return Set(places.keys).subtracting([device])
    }

    /// Returns false when the device holds another connection by now.
    mutating func disconnect(_ device: DeviceUID, connection: UInt64) -> Bool {
        guard places[device]?.connection == connection else { return false }
        places.removeShrinking(device)
        return true
    }
}
