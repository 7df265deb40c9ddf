extension Dictionary {
    /// Entries for which a table keeps its room in any case.
    private static var leastRoom: Int { 512 }

    /// Removes what `key` has. A table of which hardly an eighth is used then is made anew: the room that a fleet took does not
    /// stay when the fleet goes.
    package mutating func removeShrinking(_ key: Key) {
        removeValue(forKey: key)
        guard capacity > Self.leastRoom, count < capacity / 8 else { return }
        var smaller = Self(minimumCapacity: count * 2)
        for (key, value) in self { smaller[key] = value }
        self = smaller
    }
}
