import Synchronization
import Testing

@testable import AgentGateway

@Suite struct PushSlotTests {
    @Test func `a turn is given back once, however often it is said to be over`() {
        let count = Atomic(0)
        let slot = PushSlot { count.add(1, ordering: .relaxed) }
        slot.free()
        slot.free()
        slot.free(after: .zero)
        #expect(count.load(ordering: .relaxed) == 1)
    }

    @Test func `a push that does not end gives its turn back all the same`() async {
        let (freed, ends) = AsyncStream.makeStream(of: Void.self)
        let slot = PushSlot { ends.finish() }
        slot.free(after: .milliseconds(1))
        for await _ in freed {}
        slot.free()
    }
}
