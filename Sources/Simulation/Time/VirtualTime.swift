import Synchronization

/// The time of a simulated world, µs since 1970, which only its driver moves. Shared with the closures that machines
/// read their clock from.
final class VirtualTime: Sendable {
    static let start: Int64 = 1_800_000_000_000_000
    private let microseconds = Atomic<Int64>(start)

    var now: Int64 {
        get { microseconds.load(ordering: .relaxed) }
        set { microseconds.store(newValue, ordering: .relaxed) }
    }
}

extension Int64 {
    static func seconds(_ count: Int64) -> Int64 { count * 1_000_000 }
    static func minutes(_ count: Int64) -> Int64 { count * 60_000_000 }
    static func hours(_ count: Int64) -> Int64 { count * 3_600_000_000 }
}
