/// What operators want of a device's connection: its own setting, else the nearest group's, else the default.
package struct DeviceIntents: Sendable, Equatable {
    package static let defaultSyncInterval: Int64 = 900

    /// Seconds.
    package var syncInterval = Self.defaultSyncInterval
    package var keepConnection = false
    /// Higher wins at the ceiling on persistent connections.
    package var priority = 0

    package init() {}

    /// One level of wishes, nil where it has none.
    package struct Layer: Sendable, Equatable {
        package var syncInterval: Int64?
        package var keepConnection: Bool?
        package var priority: Int?

        package init(syncInterval: Int64? = nil, keepConnection: Bool? = nil, priority: Int? = nil) {
            self.syncInterval = syncInterval
            self.keepConnection = keepConnection
            self.priority = priority
        }
    }

    /// The nearest layer first: the device, its group, that group's parent, and so on.
    package init(layers: [Layer]) {
        syncInterval = layers.lazy.compactMap(\.syncInterval).first ?? Self.defaultSyncInterval
        keepConnection = layers.lazy.compactMap(\.keepConnection).first ?? false
        priority = layers.lazy.compactMap(\.priority).first ?? 0
    }
}
