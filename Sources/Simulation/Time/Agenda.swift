/// What is yet to happen, in the order of its time; what is due at the same time happens in the order in which it was
/// put down.
struct Agenda {
    private struct Entry {
        let time: Int64
        let order: UInt64
        let occurrence: Occurrence

        func isBefore(_ other: Entry) -> Bool { (time, order) < (other.time, other.order) }
    }

    /// A binary heap.
    private var entries: [Entry] = []
    private var last: UInt64 = 0

    mutating func add(_ occurrence: Occurrence, at time: Int64) {
        last += 1
        entries.append(Entry(time: time, order: last, occurrence: occurrence))
        var child = entries.count - 1
        while child > 0, entries[child].isBefore(entries[(child - 1) / 2]) {
            entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func next() -> (time: Int64, occurrence: Occurrence)? {
        guard let first = entries.first else { return nil }
        let moved = entries.removeLast()
        if !entries.isEmpty {
            entries[0] = moved
            sink()
        }
        return (first.time, first.occurrence)
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < entries.count && entries[child].isBefore(entries[least]) { least = child }
            guard least != parent else { return }
            entries.swapAt(parent, least)
            parent = least
        }
    }
}
