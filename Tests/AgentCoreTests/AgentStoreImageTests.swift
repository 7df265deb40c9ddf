import DeviceProtocol
import Synchronization
import Testing

@testable import AgentCore

/// What the simulation stands on: a store whose durable state can be copied, and that can be killed between commits.
@Suite(.tags(.R16)) struct AgentStoreImageTests {
    private final class Gate: Sendable {
        let left: Mutex<Int>
        init(_ commits: Int) { left = Mutex(commits) }
        func pass() -> Bool {
            left.withLock { left in
                left -= 1
                return left >= 0
            }
        }
    }

    private func store(_ image: [UInt8] = [], gate: Gate = Gate(.max)) throws -> AgentStore {
        try AgentStore(image: image, environment: .system) { gate.pass() }
    }

    private func event(_ number: UInt8) -> SpooledEvent {
        SpooledEvent(
            id: [UInt8](repeating: number, count: 16), application: "a", severity: 1, type: "t", text: "x", time: 1)
    }

    @Test func `an image gives a store with the same events, and both go on apart`() async throws {
        let first = try store()
        _ = try await first.append([event(1)], from: "p", now: 0)
        let copy = try store(try await first.image())
        _ = try await copy.append([event(2), event(3)], from: "p", now: 0)
        #expect(await first.spoolDepth().events == 1)
        #expect(await copy.spoolDepth().events == 3)
        #expect(try await copy.append([event(1)], from: "p", now: 0) == [.duplicate])
    }

    @Test func `a store that rested answers as before`() async throws {
        let store = try store()
        _ = try await store.append([event(1)], from: "p", now: 0)
        await store.rest()
        #expect(try await store.append([event(1), event(2)], from: "p", now: 0) == [.duplicate, .stored])
        await store.rest()
        #expect(await store.spoolDepth().events == 2)
        #expect(try await self.store(try await store.image()).spoolDepth().events == 2)
    }

    @Test func `an empty store takes no more than a simulated device may`() throws {
        #expect(try AgentStore.blankImage().count <= 64 << 10)
    }

    @Test func `after the last commit that was let through nothing is durable`() async throws {
        let gate = Gate(.max)
        let first = try store(gate: gate)
        gate.left.withLock { $0 = 1 }
        _ = try await first.append([event(1)], from: "p", now: 0)
        await #expect(throws: SQLiteError.self) { _ = try await first.append([event(2)], from: "p", now: 0) }
        await #expect(throws: SQLiteError.self) { _ = try await first.countStart() }
        #expect(await first.spoolDepth().events == 1)
        let again = try store(try await first.image())
        #expect(await again.spoolDepth().events == 1)
        #expect(try await again.countStart() == 1)
    }
}
