/// Whose turn it is, when something is due for many devices at once: so many at a time, in the order they were named, each
/// once.
///
/// So an operator's order to one device, which is pushed beside, does not wait for a policy of ten thousand.
struct PushPace<Key: Hashable> {
    /// Pushes that are being made at the same time.
    static var atOnce: Int { 32 }

    private var waiting: [Key] = []
    /// Where in `waiting` the next one is.
    private var next = 0
    private var known: Set<Key> = []
    private var active = 0

    /// Returns whom to push now.
    mutating func add(_ keys: some Collection<Key>) -> [Key] {
        for key in keys where known.insert(key).inserted { waiting.append(key) }
        return take()
    }

    /// One of those that were returned is done. Returns whom to push now.
    mutating func done() -> [Key] {
        active -= 1
        return take()
    }

    private mutating func take() -> [Key] {
        var taken: [Key] = []
        while active < Self.atOnce, next < waiting.count {
            taken.append(waiting[next])
            known.remove(waiting[next])
            next += 1
            active += 1
        }
        if next == waiting.count {
            waiting = []
            next = 0
        }
        return taken
    }
}
