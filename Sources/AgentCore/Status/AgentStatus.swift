package import DesiredState
package import DeviceProtocol

/// What an administrator runs first when something is wrong; one JSON line over the agent's socket.
package struct AgentStatus: Sendable {
    package var uid: String
    package var version: String
    package var server: String
    package var mode: String
    package var connected: Bool
    package var lastSync: Int64?
    package var nextConnection: Int64
    package var lastError: String?
    package var lastErrorTime: Int64?
    package var syncInterval: Int64
    package var keepConnectionRefused: String
    /// Why the server holds the device; empty when it does not.
    package var hold: String
    /// Where the device belongs, and why; nil before the server said so.
    package var place: DevicePlace?
    /// Seconds since 1970.
    package var certificateNotAfter: Int64?
    package var wakePort: Int
    package var droppedDatagrams: Int
    package var spoolEvents: Int64
    package var spoolBytes: Int64
    package var plugins: [Plugin]
    package var entries: [Entry]

    package struct Plugin: Sendable {
        package var id: String
        package var version: String
        package var host: String
        package var pid: Int32
        /// Whose process it is; nil when there is none.
        package var user: UInt32?
        package var restarts: Int
        package var lastError: String
        package var instances: [(name: String, state: String, version: String)]
    }

    package struct Entry: Sendable {
        package var name: String
        package var status: String
        package var reason: String
    }

    package var json: JSONValue {
        .object([
            "uid": .string(uid), "version": .string(version), "server": .string(server), "mode": .string(mode),
            "connected": .bool(connected), "lastSync": Self.optional(lastSync),
            "nextConnection": .integer(nextConnection),
            "lastError": lastError.map { .string($0) } ?? .null, "lastErrorTime": Self.optional(lastErrorTime),
            "syncIntervalSeconds": .integer(syncInterval), "keepConnectionRefused": .string(keepConnectionRefused),
            "hold": .string(hold), "place": place.map(Self.json) ?? .null,
            "certificateNotAfter": Self.optional(certificateNotAfter), "wakePort": .integer(Int64(wakePort)),
            "droppedDatagrams": .integer(Int64(droppedDatagrams)),
            "spool": .object(["events": .integer(spoolEvents), "bytes": .integer(spoolBytes)]),
            "plugins": .array(plugins.map(\.json)), "desiredState": .array(entries.map(\.json)),
        ])
    }

    private static func json(_ place: DevicePlace) -> JSONValue {
        ["group": .string(place.group), "by": .string(place.placedBy), "because": .string(place.because)]
    }

    private static func optional(_ value: Int64?) -> JSONValue { value.map { .integer($0) } ?? .null }
}

extension AgentStatus.Plugin {
    var json: JSONValue {
        .object([
            "id": .string(id), "version": .string(version), "host": .string(host), "pid": .integer(Int64(pid)),
            "user": user.map { .integer(Int64($0)) } ?? .null, "restarts": .integer(Int64(restarts)),
            "lastError": .string(lastError),
            "instances": .array(
                instances.map {
                    .object(["name": .string($0.name), "state": .string($0.state), "version": .string($0.version)])
                }),
        ])
    }
}

extension AgentStatus.Entry {
    var json: JSONValue {
        .object(["name": .string(name), "status": .string(status), "reason": .string(reason)])
    }
}
