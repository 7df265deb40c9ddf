import ResidentMemory

/// When memory that connections needed is given back to the system, which the allocator does not do by itself: once many have
/// come, whose handshakes needed much more than what they hold, or have gone, and no more do.
struct MemoryReturn {
    /// Between two looks.
    static let pause = Duration.seconds(10)
    /// Connections that have come or gone since it was last done.
    static let many = 64
    /// And of all that there were: a large server is not stopped for a handful.
    static let share = 0.05

    private var returnedAt = 0
    private var seen = 0

    /// Asked at each look with how many connections there are; yes means that it is done now.
    mutating func isDue(connections: Int) -> Bool {
        let moved = abs(connections - seen)
        seen = connections
        let enough = max(Self.many, Int(Double(max(connections, returnedAt)) * Self.share))
        guard abs(connections - returnedAt) >= enough, moved < enough else { return false }
        returnedAt = connections
        return true
    }

    /// Until it is cancelled.
    static func run(connections: @Sendable () -> Int) async {
        var memory = MemoryReturn()
        while (try? await Task.sleep(for: pause, tolerance: pause / 4)) != nil {
            if memory.isDue(connections: connections()) { rm_give_back_free() }
        }
    }
}
