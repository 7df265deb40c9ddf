/// Submissions that wait, by lane.
struct WriteQueues: Sendable {
    struct Waiting: Sendable {
        var lane: WriteLane
        var write: PendingWrite
    }

    private var lanes: [[PendingWrite]] = WriteLane.allCases.map { _ in [] }
    /// Rows of events.
    private(set) var eventRows = 0

    var count: Int { lanes.reduce(0) { $0 + $1.count } }
    var isEmpty: Bool { lanes.allSatisfy(\.isEmpty) }

    mutating func add(_ write: PendingWrite, _ lane: WriteLane) {
        lanes[lane.rawValue].append(write)
        if lane == .events { eventRows += write.rows }
    }

    /// What a batch of so many rows holds, in its order. The first `least` of it are the first of every lane, however large and
    /// however many wait before them in others: no lane stands still.
    mutating func take(rows: Int) -> (batch: [Waiting], least: Int) {
        var first: [Waiting] = []
        var rest: [Waiting] = []
        var left = rows
        for lane in WriteLane.allCases {
            var writes = Self.take(from: &lanes[lane.rawValue], rows: left)[...]
            let sum = writes.reduce(0) { $0 + $1.rows }
            left = max(left - sum, 0)
            if lane == .events { eventRows -= sum }
            if let write = writes.popFirst() { first.append(Waiting(lane: lane, write: write)) }
            rest += writes.map { Waiting(lane: lane, write: $0) }
        }
        return (first + rest, first.count)
    }

    /// What a batch had no time for goes first next time.
    mutating func putBack(_ rest: ArraySlice<Waiting>) {
        for lane in WriteLane.allCases {
            let writes = rest.filter { $0.lane == lane }.map(\.write)
            lanes[lane.rawValue].insert(contentsOf: writes, at: 0)
            if lane == .events { eventRows += writes.reduce(0) { $0 + $1.rows } }
        }
    }

    /// At least one.
    private static func take(from queue: inout [PendingWrite], rows: Int) -> [PendingWrite] {
        var sum = 0
        var count = 0
        for write in queue {
            if count > 0, sum + write.rows > rows { break }
            sum += write.rows
            count += 1
            if sum >= rows { break }
        }
        let taken = Array(queue.prefix(count))
        queue.removeFirst(count)
        return taken
    }
}
