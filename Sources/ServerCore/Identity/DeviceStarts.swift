import DesiredState

/// The starts of a device's agent, as the server met them: what tells a copy of the device from the device. Decided
/// without any effect.
///
/// Every start of an agent has a random id and a counter that it keeps durably. One device's ids follow each other; the
/// ids of two copies alternate.
package struct DeviceStarts: Sendable, Equatable {
    /// What the first frame of a connection means.
    package enum Arrival: Sendable, Equatable {
        /// The start that was met last.
        case same
        case newStart
        /// The counter did not grow: the device's disk was restored from a snapshot.
        case restored
        /// A start that was met before another one. A message may have been overtaken once.
        case returned
        /// Two agents work under the device's identity.
        case clone
    }

    /// Ids remembered from before the last.
    package static let remembered = 8
    /// An earlier start that returns, the last one that is heard after it, and an earlier one that returns once more.
    package static let turnsOfAClone: UInt8 = 3
    private static let digestSize = 8

    package private(set) var counter: UInt64
    package private(set) var id: [UInt8]
    private var earlier: [[UInt8]]
    /// Odd while the start that was met last was not heard since an earlier one returned.
    private var turns: UInt8

    package init(counter: UInt64 = 0, id: [UInt8] = [], history: [UInt8] = []) {
        self.counter = counter
        self.id = id
        turns = history.first ?? 0
        let digests = Array(history.dropFirst())
        earlier = stride(from: 0, to: digests.count / Self.digestSize * Self.digestSize, by: Self.digestSize).map {
            Array(digests[$0..<$0 + Self.digestSize])
        }
    }

    /// What `init(history:)` takes.
    package var history: [UInt8] { [turns] + earlier.flatMap(\.self) }

    /// Whether the start was met before the last one.
    package func wasMet(_ id: [UInt8]) -> Bool { id != self.id && earlier.contains(Self.digest(id)) }

    /// `contested`: another connection of the device answered while this one was made.
    package mutating func arrive(counter: UInt64, id: [UInt8], contested: Bool = false) -> Arrival {
        if wasMet(id) { return returned(contested: contested) }
        guard !contested else { return .clone }
        guard id != self.id else {
            self.counter = max(self.counter, counter)
            turns += turns % 2
            return .same
        }
        let isFirst = self.id.isEmpty
        let grew = counter > self.counter
        remember(id, counter)
        guard isFirst || grew else { return .restored }
        turns = 0
        return .newStart
    }

    /// One message of a dead agent may be overtaken by its successor's. The start met last stays the last, so that it does
    /// not look like one that returns when it comes the next time.
    private mutating func returned(contested: Bool) -> Arrival {
        // The last one has just answered.
        if contested { turns += turns % 2 }
        if turns % 2 == 0 { turns = min(turns + 1, Self.turnsOfAClone) }
        return turns >= Self.turnsOfAClone ? .clone : .returned
    }

    private mutating func remember(_ id: [UInt8], _ counter: UInt64) {
        if !self.id.isEmpty {
            let old = Self.digest(self.id)
            earlier.removeAll { $0 == old }
            earlier.append(old)
            if earlier.count > Self.remembered { earlier.removeFirst() }
        }
        self.id = id
        self.counter = counter
    }

    private static func digest(_ id: [UInt8]) -> [UInt8] { Array(Digest.sha256(id).prefix(digestSize)) }
}
