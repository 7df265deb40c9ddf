/// Whose turn it is, when something is due for many devices at once: so many at a time, in the order they were named, each
/// once.
///
/// So an operator's order to one device, which is pushed beside, does not wait for a policy of ten thousand; and a device that does
/// not read keeps its own push waiting, not those of others.
struct PushPace<Key: Hashable & Sendable> {
    /// Permission to push, given back when the push is done.
    struct Turn: Sendable, Equatable {
        let key: Key
        let number: UInt64
    }

    /// Pushes that are being made at the same time.
    static var atOnce: Int { 32 }

    private var waiting: [Key] = []
    /// Where in `waiting` the next one is.
    private var next = 0
    private var known: Set<Key> = []
    /// When turns began that were not given back, by number.
    private var begun: [UInt64: ContinuousClock.Instant] = [:]
    private var numbers: UInt64 = 0

    /// No push is being made.
    var isIdle: Bool { begun.isEmpty }

    /// Returns whom to push now.
    mutating func add(_ keys: some Collection<Key>, now: ContinuousClock.Instant) -> [Turn] {
        for key in keys where known.insert(key).inserted { waiting.append(key) }
        return take(now)
    }

    /// A push is done. Returns whom to push now.
    mutating func done(_ number: UInt64, now: ContinuousClock.Instant) -> [Turn] {
        // It took too long and gave its turn back before.
        guard begun.removeValue(forKey: number) != nil else { return [] }
        return take(now)
    }

    /// Pushes that began before take too long: they go on without a turn. Returns whom to push now.
    mutating func expire(before limit: ContinuousClock.Instant, now: ContinuousClock.Instant) -> [Turn] {
        begun = begun.filter { $0.value >= limit }
        return take(now)
    }

    private mutating func take(_ now: ContinuousClock.Instant) -> [Turn] {
        var taken: [Turn] = []
        while begun.count < Self.atOnce, next < waiting.count {
            numbers += 1
            taken.append(Turn(key: waiting[next], number: numbers))
            known.remove(waiting[next])
            begun[numbers] = now
            next += 1
        }
        if next == waiting.count {
            waiting = []
            next = 0
        }
        return taken
    }
}
