package import DeviceProtocol

extension AgentStore {
    /// Where the server last said that the device belongs; nil before.
    package func place() throws -> DevicePlace? {
        guard let group = try text(.placeGroup) else { return nil }
        return DevicePlace(group: group, placedBy: try text(.placedBy) ?? "", because: try text(.placedBecause) ?? "")
    }

    package func keep(_ place: DevicePlace) throws {
        try database.transaction {
            try set(.placeGroup, .text(place.group))
            try set(.placedBy, .text(place.placedBy))
            try set(.placedBecause, .text(place.because))
        }
    }
}
