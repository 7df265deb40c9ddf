internal import Glibc
import ResidentMemory

/// When memory that work needed is given back to the system, which the allocator does not do by itself: once many connections have
/// come, whose handshakes needed much more than what they hold, or have gone, and no more do; and once the server worked hard, as when
/// every device reports something, and does not any more.
struct MemoryReturn {
    /// Between two looks.
    static let pause = Duration.seconds(10)
    /// Connections that have come or gone since it was last done.
    static let many = 64
    /// And of all that there were: a large server is not stopped for a handful.
    static let share = 0.05
    /// Of a processor between two looks: less is no hard work.
    static let hardWork = Duration.milliseconds(100)
    /// Looks after it was done in which work is no reason to do it again.
    static let rest = 6
    /// For what is freed by other threads, when they are asked to.
    static let patience = Duration.seconds(1)

    private var returnedAt = 0
    private var seen = 0
    private var spent = Duration.zero
    /// The hardest work between two looks since it was last done.
    private var hardest = Duration.zero
    private var looks = rest

    /// Asked at each look with how many connections there are and the processor's time that was spent so far; yes means that it is done now.
    mutating func isDue(connections: Int, spent: Duration) -> Bool {
        // Both look: each remembers.
        let haveMoved = haveMoved(connections)
        let isOver = isHardWorkOver(spent)
        looks += 1
        guard haveMoved || (isOver && looks > Self.rest) else { return false }
        returnedAt = connections
        hardest = .zero
        looks = 0
        return true
    }

    /// What giving it back has cost is no work of the server's.
    mutating func wasDone(spent: Duration) { self.spent = spent }

    private mutating func haveMoved(_ connections: Int) -> Bool {
        let moved = abs(connections - seen)
        seen = connections
        let enough = max(Self.many, Int(Double(max(connections, returnedAt)) * Self.share))
        return abs(connections - returnedAt) >= enough && moved < enough
    }

    private mutating func isHardWorkOver(_ spent: Duration) -> Bool {
        let work = spent - self.spent
        self.spent = spent
        hardest = max(hardest, work)
        return hardest >= Self.hardWork && work <= hardest / 2
    }

    /// Until it is cancelled. `free` asks others to free what they only keep to be faster.
    static func run(connections: @Sendable () -> Int, free: @Sendable () -> Void) async {
        var memory = MemoryReturn()
        while (try? await Task.sleep(for: pause, tolerance: pause / 4)) != nil {
            guard memory.isDue(connections: connections(), spent: processorTime()) else { continue }
            free()
            guard (try? await Task.sleep(for: patience)) != nil else { return }
            rm_give_back_free()
            memory.wasDone(spent: processorTime())
        }
    }

    /// Of this process, so far.
    private static func processorTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
