import NginxManagement
import Synchronization
import Testing

/// What changes nginx's configuration goes one at a time.
struct TurnsTests {
    private let turns = Turns()

    /// Waits in the queue behind `count` others, and writes down that it came through.
    private func join(_ name: Int, behind count: Int, _ order: Order) async -> Task<Void, any Error> {
        let task = Task { [turns] in
            try await turns.enter()
            order.note(name)
            turns.leave()
        }
        while turns.waitingCount <= count { await Task.yield() }
        return task
    }

    private final class Order: Sendable {
        private let names = Mutex<[Int]>([])
        var all: [Int] { names.withLock { $0 } }
        func note(_ name: Int) { names.withLock { $0.append(name) } }
    }

    private final class Inside: Sendable {
        private let counts = Mutex<(now: Int, most: Int)>((0, 0))
        var most: Int { counts.withLock { $0.most } }
        func come() { counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
        func go() { counts.withLock { $0.now -= 1 } }
    }

    @Test("they come through in the order in which they came, and nobody while it is another's turn")
    func keepsOrder() async throws {
        let order = Order()
        try await turns.enter()
        var tasks: [Task<Void, any Error>] = []
        for name in 0..<5 { tasks.append(await join(name, behind: name, order)) }
        #expect(order.all.isEmpty)
        turns.leave()
        for task in tasks { try await task.value }
        #expect(order.all == [0, 1, 2, 3, 4] && turns.waitingCount == 0)
        try await turns.enter()
    }

    @Test("one that is cancelled while it waits leaves the queue, and the others come through")
    func isCancelled() async throws {
        let order = Order()
        try await turns.enter()
        let (first, second) = (await join(1, behind: 0, order), await join(2, behind: 1, order))
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        #expect(turns.waitingCount == 1)
        turns.leave()
        try await second.value
        #expect(order.all == [2])
    }

    @Test("one that was cancelled before it came takes no turn")
    func wasCancelled() async throws {
        let task = Task { [turns] in
            withUnsafeCurrentTask { $0?.cancel() }
            try await turns.enter()
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        try await turns.enter()
    }

    @Test("many at once are never two at a time, whoever is cancelled")
    func excludes() async throws {
        let inside = Inside()
        let tasks = (0..<200).map { number in
            let task = Task { [turns] in
                try await turns.enter()
                defer { turns.leave() }
                inside.come()
                await Task.yield()
                inside.go()
            }
            if number.isMultiple(of: 3) { task.cancel() }
            return task
        }
        for task in tasks { _ = await task.result }
        #expect(inside.most == 1)
        #expect(turns.waitingCount == 0)
        try await turns.enter()
    }
}
