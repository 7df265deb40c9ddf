import AgentGateway
import DeviceProtocol
import Synchronization
import Testing

@Suite struct ContactBoardTests {
    private let device = DeviceUID.version7(now: 0, random: (1, 2))
    private let other = DeviceUID.version7(now: 0, random: (3, 4))

    @Test func `a contact ends the wait of everyone who waits for that device`() async {
        let board = ContactBoard()
        let waiting = Atomic(0)
        // Called once a wait is registered: the last one makes the contact that ends both.
        let registered: @Sendable () async -> Void = {
            board.heard(from: self.other)
            if waiting.add(1, ordering: .relaxed).newValue == 2 { board.heard(from: self.device) }
        }
        async let first = board.wait(for: device, timeout: .seconds(60), after: registered)
        async let second = board.wait(for: device, timeout: .seconds(60), after: registered)
        #expect(await first)
        #expect(await second)
    }

    @Test func `without a contact the wait is over in time`() async {
        #expect(await !ContactBoard().wait(for: device, timeout: .milliseconds(20)) {})
    }
}
