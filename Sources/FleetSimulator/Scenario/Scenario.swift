/// What a fleet is, and what it does, step by step.
package struct Scenario: Sendable, Hashable {
    package var name: String
    package var devices = 100
    /// µs over which the devices start, evenly.
    package var arrive: Int64 = 10_000_000
    /// Packages that each device tells of.
    package var software = 200
    /// Whether each device listens for wakes, on a port of its own.
    package var wake = false
    package var troubles = Troubles()
    package var steps: [Step] = []

    package init(name: String) { self.name = name }

    /// What is wrong with some of the devices, and who else comes.
    package struct Troubles: Sendable, Hashable {
        /// Devices that are copies of others, with their identity and their store.
        package var clones = 0
        /// The share of devices whose clock is wrong, and by how many µs at most, either way.
        package var skewed = 0.0
        package var skew: Int64 = 0
        /// Peers with a device's certificate that open a connection and then say nothing and read nothing.
        package var stalled = 0
        /// Peers that send a request by a byte a second.
        package var slow = 0

        package init() {}
    }

    package enum Step: Sendable, Hashable {
        /// Until every device has come so far since the last mark, for so many µs at most.
        case wait(Goal, atMost: Int64)
        /// µs in which nothing is done.
        case rest(Int64)
        case emit(Emission)
        /// Arguments of `martlet`. Sets the mark.
        case operate([String])
        /// So large a share of the connections is cut at once. Sets the mark.
        case cut(Double)
        /// Says so, and waits for a line on standard input. Sets the mark.
        case pause(String)
    }

    package enum Goal: String, Sendable, Hashable, Codable, CaseIterable {
        /// Holds a persistent connection.
        case connected
        /// Has made a persistent connection since the mark.
        case reconnected
        /// Has synchronised.
        case synchronised
        /// Has applied settings.
        case applied
        /// Has ended a run.
        case ran
        /// Has no event left that the server has not stored.
        case drained
        /// Has nothing left to tell: no event, result or state.
        case told
    }

    package struct Emission: Sendable, Hashable, Codable {
        /// Of all devices together; nil for all at once.
        package var perSecond: Int?
        /// In all.
        package var count: Int
        /// Of the event's data.
        package var bytes = 100
        /// 1 to 4.
        package var severity = 1

        package init(count: Int) { self.count = count }
    }

    package enum Limits {
        package static let devices = 1_000_000
        package static let software = 100_000
        package static let events = 100_000_000
        package static let eventBytes = 8_000
        package static let fileBytes = 256 << 10
    }
}
