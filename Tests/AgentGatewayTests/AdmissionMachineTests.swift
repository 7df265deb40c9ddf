import AgentGateway
import Testing

@Suite struct AdmissionMachineTests {
    private static func settings(rate: Int, handshakes: Int) -> AdmissionSettings {
        var settings = AdmissionSettings()
        settings.connectionsPerSecond = rate
        settings.handshakesAtOnce = handshakes
        return settings
    }

    @Test(arguments: [1, 3, 10, 125])
    func `no second sees more connections than the rate, also after a rest, and a long run nine tenths of it`(rate: Int)
    {
        var machine = AdmissionMachine(settings: Self.settings(rate: rate, handshakes: 10_000), now: 0)
        var accepted: [Int64] = []
        let times = [
            Array(stride(from: Int64(0), to: 5_000_000, by: 1_000)),
            Array(stride(from: 9_000_000, to: 14_000_000, by: 1_000)),
        ]
        for now in times.joined() {
            while machine.mayAccept(now: now) == .accept {
                machine.accepted(now: now)
                accepted.append(now)
            }
        }
        for (index, first) in accepted.enumerated() {
            #expect(accepted[index...].prefix { $0 < first + 1_000_000 }.count <= rate)
        }
        #expect(accepted.count >= rate * 9 - 2)
    }

    @Test func `a full hall waits for a handshake to end`() {
        var machine = AdmissionMachine(settings: Self.settings(rate: 100, handshakes: 2), now: 0)
        for _ in 0..<2 {
            #expect(machine.mayAccept(now: 0) == .accept)
            machine.accepted(now: 0)
        }
        #expect(machine.mayAccept(now: 0) == .waitForHandshake)
        machine.handshakeEnded()
        #expect(machine.mayAccept(now: 0) == .accept)
    }

    @Test func `an address that only holds places gets a quarter of them when there are few, and others go on`() {
        var machine = AdmissionMachine(settings: Self.settings(rate: 10_000, handshakes: 16), now: 0)
        let taken = (0..<100).filter { _ in
            machine.mayAccept(now: 0) == .accept && machine.accepted(now: 0, from: "10.0.0.66")
        }
        // Half of the places while nobody else is there, and no more.
        #expect(taken.count == 8)
        for other in 1...8 {
            #expect(machine.mayAccept(now: 0) == .accept)
            let taken = machine.accepted(now: 0, from: "10.0.0.\(other)")
            #expect(taken)
        }
        #expect(machine.mayAccept(now: 0) == .waitForHandshake)
        machine.handshakeEnded(from: "10.0.0.1")
        let again = [machine.accepted(now: 0, from: "10.0.0.66"), machine.accepted(now: 0, from: "10.0.0.9")]
        #expect(again == [false, true])
    }

    @Test func `it says when the next one may come, and keeps its word`() {
        var machine = AdmissionMachine(settings: Self.settings(rate: 4, handshakes: 100), now: 0)
        machine.accepted(now: 0)
        guard case .wait(let until) = machine.mayAccept(now: 0) else {
            Issue.record("expected to wait")
            return
        }
        #expect(until <= 277_778)
        #expect(machine.mayAccept(now: until) == .accept)
    }

    @Test func `a peer that had given up costs no turn and no place, up to four times the rate`() {
        var machine = AdmissionMachine(settings: Self.settings(rate: 10, handshakes: 2), now: 0)
        var accepted = 0
        while machine.mayAccept(now: 0) == .accept, accepted < 1_000 {
            machine.accepted(now: 0, from: "10.0.0.66")
            machine.givenUp(now: 0, from: "10.0.0.66")
            accepted += 1
        }
        // Forty turns came back, and then the one that there was is used up.
        #expect(accepted == 41)
        guard case .wait = machine.mayAccept(now: 0) else {
            Issue.record("expected to wait")
            return
        }
        // A second later as many again.
        accepted = 0
        while machine.mayAccept(now: 1_000_000) == .accept, accepted < 1_000 {
            machine.accepted(now: 1_000_000)
            machine.givenUp(now: 1_000_000)
            accepted += 1
        }
        #expect(accepted == 41)
    }

    @Test(arguments: [(1, 64), (125, 500), (500, 2_000), (100_000, 4_096)])
    func `no more wait than are admitted before they would give up`(rate: Int, waiting: Int32) {
        #expect(Self.settings(rate: rate, handshakes: 1).waiting == waiting)
    }
}
