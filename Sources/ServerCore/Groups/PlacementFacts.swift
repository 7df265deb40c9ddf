package import DesiredState

/// What rules may ask of a device.
package struct PlacementFacts: Sendable, Equatable {
    /// Given by operators.
    package var labels: [String: String]
    /// As the server sees it.
    package var address: IPAddress?
    /// As the device says it.
    package var hostname: String
    package var systems: [String]

    package init(labels: [String: String] = [:], address: String? = nil, hostname: String = "", systems: [String] = [])
    {
        self.labels = labels
        self.address = address.flatMap(IPAddress.init(_:))
        self.hostname = hostname
        self.systems = systems
    }

    /// Attributes of a device's description that name its system.
    static let systemAttributes = ["os.type", "os.name", "os.description"]

    init(labels: [String: String], address: String?, hostname: String, description: JSONValue) {
        self.init(
            labels: labels, address: address, hostname: hostname,
            systems: Self.systemAttributes.compactMap { description[$0]?.stringValue })
    }
}
