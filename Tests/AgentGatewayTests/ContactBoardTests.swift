import AgentGateway
import DeviceProtocol
import Synchronization
import Testing

@Suite(.tags(.R05)) struct ContactBoardTests {
    private let device = DeviceUID.version7(now: 0, random: (1, 2))
    private let other = DeviceUID.version7(now: 0, random: (3, 4))

    @Test func `a device that says it was woken ends the wait of everyone who waits for it`() async {
        let board = ContactBoard()
        let waiting = Atomic(0)
        // Called once a wait is registered: the last one makes the contact that ends both.
        let registered: @Sendable () async -> Void = {
            board.heard(from: self.other, becauseWoken: true)
            if waiting.add(1, ordering: .relaxed).newValue == 2 { board.heard(from: self.device, becauseWoken: true) }
        }
        async let first = board.wait(for: device, timeout: .seconds(60), after: registered)
        async let second = board.wait(for: device, timeout: .seconds(60), after: registered)
        #expect(await first == .woken)
        #expect(await second == .woken)
    }

    @Test func `a device that comes for another reason is not taken for one that was woken`() async {
        let board = ContactBoard()
        let contact = await board.wait(for: device, timeout: .milliseconds(50)) {
            board.heard(from: self.device, becauseWoken: false)
        }
        if case .other = contact {} else { Issue.record("\(contact)") }
    }

    @Test func `without a contact the wait is over in time`() async {
        #expect(await ContactBoard().wait(for: device, timeout: .milliseconds(20)) {} == .none)
    }
}
