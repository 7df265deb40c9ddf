import AgentGateway
import Testing

@Suite struct AdmissionMachineTests {
    private static func settings(rate: Int, handshakes: Int) -> AdmissionSettings {
        var settings = AdmissionSettings()
        settings.connectionsPerSecond = rate
        settings.handshakesAtOnce = handshakes
        return settings
    }

    @Test func `no second sees more connections than the rate, after a burst of one second's worth`() {
        var machine = AdmissionMachine(settings: Self.settings(rate: 10, handshakes: 1_000), now: 0)
        var accepted: [Int64] = []
        for now in stride(from: Int64(0), to: 5_000_000, by: 1_000) where machine.mayAccept(now: now) == .accept {
            machine.accepted(now: now)
            accepted.append(now)
        }
        #expect(accepted.filter { $0 < 1_000 }.count == 1)
        #expect(accepted.count <= 10 + 50)
        #expect(accepted.count >= 55)
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
        var machine = AdmissionMachine(settings: Self.settings(rate: 1_000, handshakes: 16), now: 0)
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
        for _ in 0..<4 { machine.accepted(now: 0) }
        guard case .wait(let until) = machine.mayAccept(now: 0) else {
            Issue.record("expected to wait")
            return
        }
        #expect(until <= 250_001)
        #expect(machine.mayAccept(now: until) == .accept)
    }
}
