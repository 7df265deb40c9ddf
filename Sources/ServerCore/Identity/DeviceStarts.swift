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
    /// So often the word has to pass between an earlier start and the last one: more than what a restart leaves under way.
    package static let turnsOfAClone: UInt8 = 5
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
        if wasMet(id) { return returned(id, counter, contested: contested) }
        if contested, !self.id.isEmpty, id != self.id, counter < self.counter {
            // An agent that died before the one that lives began may have a message on its way: it has to come again.
            noteEarlier(id)
            return returned(id, counter, contested: true)
        }
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

    /// One message of a dead agent may be overtaken by its successor's: the start met last stays the last, so that it does
    /// not look like one that returns when it comes the next time. Unless it is silent while earlier ones keep coming:
    /// then it is gone, and another is the last.
    private mutating func returned(_ id: [UInt8], _ counter: UInt64, contested: Bool) -> Arrival {
        // The last one has just answered.
        if contested { turns += turns % 2 }
        if turns % 2 == 1 { remember(id, max(counter, self.counter)) }
        turns = min(turns + 1, Self.turnsOfAClone)
        return turns >= Self.turnsOfAClone ? .clone : .returned
    }

    private mutating func remember(_ id: [UInt8], _ counter: UInt64) {
        if !self.id.isEmpty { noteEarlier(self.id) }
        self.id = id
        self.counter = counter
    }

    private mutating func noteEarlier(_ id: [UInt8]) {
        let digest = Self.digest(id)
        earlier.removeAll { $0 == digest }
        earlier.append(digest)
        if earlier.count > Self.remembered { earlier.removeFirst() }
    }

    private static func digest(_ id: [UInt8]) -> [UInt8] { Array(Digest.sha256(id).prefix(digestSize)) }
}
