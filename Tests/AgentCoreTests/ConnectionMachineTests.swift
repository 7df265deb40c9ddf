import AgentCore
import Testing

/// Time in these tests is in seconds, to be readable.
private func s(_ seconds: Double) -> Int64 { Int64(seconds * 1_000_000) }

@Suite struct ConnectionMachineTests {
    private static func machine(interval: Int64 = 900, keep: Bool = false, window: Int64 = 30) -> ConnectionMachine {
        var settings = SessionSettings()
        settings.syncInterval = interval
        settings.keepConnection = keep
        settings.reconnectWindow = window
        return ConnectionMachine(settings: settings, now: 0)
    }

    private static func settings(interval: Int64 = 900, keep: Bool = false) -> SessionSettings {
        machine(interval: interval, keep: keep).settings
    }

    /// A machine that has synchronised at time 0 and is idle.
    private static func idle(interval: Int64 = 900) -> ConnectionMachine {
        var machine = machine(interval: interval)
        #expect(machine.handle(.started, now: 0, random: 0) == [.exchange(.start)])
        _ = machine.handle(.composing, now: 0, random: 0)
        #expect(machine.handle(.exchangeEnded, now: 0, random: 0) == [.setTimer(at: s(Double(interval)))])
        return machine
    }

    @Test func `a wish of the server from before a restart is obeyed, and a wake ends it`() {
        var machine = ConnectionMachine(settings: Self.settings(), now: 0, notBefore: s(20))
        #expect(machine.handle(.started, now: 0, random: 0) == [.setTimer(at: s(20))])
        #expect(machine.handle(.due(.event), now: s(1), random: 0) == [.setTimer(at: s(20))])
        var woken = machine
        #expect(woken.handle(.woken, now: s(2), random: 0) == [.exchange(.start)])
        #expect(machine.handle(.timer, now: s(20), random: 0) == [.exchange(.start)])
    }

    @Test func `another address is tried at once, whatever failed before`() {
        var machine = Self.idle(interval: 10)
        for _ in 0..<5 {
            _ = machine.handle(.timer, now: machine.nextConnection, random: 0.9)
            _ = machine.handle(.exchangeFailed(retryAfter: nil), now: machine.nextConnection, random: 0.9)
        }
        let now = machine.nextConnection - s(1)
        #expect(machine.handle(.redirected, now: now, random: 0) == [.exchange(.schedule)])
        #expect(machine.failures == 0)
    }

    @Test(.tags(.R02)) func `it connects at start, and then every interval`() {
        var machine = Self.idle()
        #expect(machine.handle(.timer, now: s(899), random: 0) == [.setTimer(at: s(900))])
        #expect(machine.handle(.timer, now: s(900), random: 0) == [.exchange(.schedule)])
    }

    @Test(.tags(.R02)) func `a new interval counts from the last synchronisation, without a restart`() {
        var machine = Self.idle()
        #expect(machine.handle(.settings(Self.settings(interval: 60)), now: s(10), random: 0) == [.setTimer(at: s(60))])
        #expect(machine.handle(.settings(Self.settings(interval: 5)), now: s(10), random: 0) == [.exchange(.schedule)])
    }

    @Test(.tags(.R16)) func `an event connects at once, batching what arrives within 200 ms`() {
        var machine = Self.idle()
        #expect(machine.handle(.due(.event), now: s(10), random: 0) == [.setTimer(at: s(10.2))])
        #expect(machine.handle(.due(.event), now: s(10.1), random: 0) == [.setTimer(at: s(10.2))])
        #expect(machine.handle(.timer, now: s(10.2), random: 0) == [.exchange(.event)])
    }

    @Test(.tags(.R16)) func `an event during an exchange is never left for the next interval`() {
        var machine = Self.idle()
        _ = machine.handle(.timer, now: s(900), random: 0)
        _ = machine.handle(.composing, now: s(900), random: 0)
        #expect(machine.handle(.due(.event), now: s(900.1), random: 0) == [])
        #expect(machine.handle(.exchangeEnded, now: s(901), random: 0) == [.setTimer(at: s(901.2))])
        #expect(machine.handle(.timer, now: s(901.2), random: 0) == [.exchange(.event)])
    }

    @Test func `what a later message of the same exchange says needs no further connection`() {
        var machine = Self.idle()
        _ = machine.handle(.timer, now: s(900), random: 0)
        _ = machine.handle(.due(.event), now: s(900.1), random: 0)
        _ = machine.handle(.composing, now: s(900.2), random: 0)
        #expect(machine.handle(.exchangeEnded, now: s(901), random: 0) == [.setTimer(at: s(1801))])
    }

    @Test func `a change of state alone waits for the next synchronisation`() {
        var machine = Self.idle()
        #expect(machine.handle(.due(.change), now: s(10), random: 0) == [])
    }

    @Test(.tags(.R05)) func `a wake connects at once, and a second within 5 s is deferred, not dropped`() {
        var machine = Self.idle()
        #expect(machine.handle(.woken, now: s(100), random: 0) == [.exchange(.wake)])
        _ = machine.handle(.composing, now: s(100), random: 0)
        _ = machine.handle(.exchangeEnded, now: s(100.1), random: 0)
        #expect(machine.handle(.woken, now: s(101), random: 0) == [.setTimer(at: s(105))])
        #expect(machine.handle(.timer, now: s(105), random: 0) == [.exchange(.wake)])
    }

    @Test(.tags(.R05)) func `a wake during an exchange leads to another one`() {
        var machine = Self.idle()
        _ = machine.handle(.timer, now: s(900), random: 0)
        _ = machine.handle(.woken, now: s(900.1), random: 0)
        _ = machine.handle(.composing, now: s(900.2), random: 0)
        #expect(machine.handle(.exchangeEnded, now: s(901), random: 0) == [.setTimer(at: s(901))])
        #expect(machine.handle(.timer, now: s(901), random: 0) == [.exchange(.wake)])
    }

    @Test func `failures back off exponentially with full jitter, to 5 minutes at most`() {
        var machine = Self.machine()
        var actions = machine.handle(.started, now: 0, random: 0)
        var now: Int64 = 0
        for ceiling in [1.0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
            #expect(actions == [.exchange(.start)] || actions == [.exchange(.schedule)])
            let at = now + s(ceiling) - 1
            #expect(
                machine.handle(.exchangeFailed(retryAfter: nil), now: now, random: 0.999_999_999) == [.setTimer(at: at)]
            )
            now = at
            actions = machine.handle(.timer, now: now, random: 0)
        }
    }

    @Test func `the server's retry hint is obeyed even by events, but not by a wake`() {
        var machine = Self.machine()
        _ = machine.handle(.started, now: 0, random: 0)
        #expect(machine.handle(.exchangeFailed(retryAfter: s(60)), now: 0, random: 0) == [.setTimer(at: s(60))])
        #expect(machine.handle(.due(.event), now: s(1), random: 0) == [.setTimer(at: s(60))])
        #expect(machine.handle(.woken, now: s(2), random: 0) == [.exchange(.wake)])
    }

    @Test(.tags(.R03)) func `keep-connection switched on opens one at once, switched off closes it`() {
        var machine = Self.idle()
        #expect(machine.handle(.settings(Self.settings(keep: true)), now: s(10), random: 0) == [.openPersistent])
        #expect(
            machine.handle(.persistentOpened, now: s(11), random: 0) == [.synchronise(.start), .setTimer(at: s(911))])
        #expect(machine.handle(.due(.event), now: s(12), random: 0) == [.synchronise(.event)])
        #expect(machine.handle(.woken, now: s(12), random: 0) == [.synchronise(.wake)])
        #expect(machine.handle(.settings(Self.settings(keep: false)), now: s(13), random: 0) == [.closePersistent])
        #expect(
            machine.handle(.persistentClosed(clean: true, retryAfter: nil), now: s(13), random: 0) == [
                .setTimer(at: s(913))
            ])
    }

    @Test(.tags(.R03)) func `keep-connection learnt during an exchange opens one after it`() {
        var machine = Self.idle()
        _ = machine.handle(.timer, now: s(900), random: 0)
        #expect(machine.handle(.settings(Self.settings(keep: true)), now: s(900.1), random: 0) == [])
        #expect(machine.handle(.exchangeEnded, now: s(900.2), random: 0) == [.openPersistent])
    }

    @Test(.tags(.R03)) func `a cut connection returns within the window the server announced`() {
        for random in [0.0, 0.5, 0.999] {
            var machine = Self.machine(keep: true, window: 30)
            #expect(machine.handle(.started, now: 0, random: 0) == [.openPersistent])
            _ = machine.handle(.persistentOpened, now: 0, random: 0)
            let at = s(50.75) + Int64(random * 27_750_000)
            #expect(
                machine.handle(.persistentClosed(clean: false, retryAfter: nil), now: s(50), random: random) == [
                    .setTimer(at: at)
                ])
            #expect(
                machine.handle(.due(.event), now: s(50), random: random).allSatisfy {
                    $0 == .setTimer(at: at) || $0 == .openPersistent
                })
        }
    }

    @Test(.tags(.R03), arguments: [(1, 6.0), (32_769, 117.0), (65_536, 227.9966)])
    func `a place in the window leaves its beginning to the server and its end to those that fail`(
        slot: Int64, at: Double
    ) {
        var settings = Self.settings(keep: true)
        settings.reconnectWindow = 240
        settings.reconnectSlot = slot
        var machine = ConnectionMachine(settings: settings, now: 0)
        _ = machine.handle(.started, now: 0, random: 0)
        _ = machine.handle(.persistentOpened, now: 0, random: 0)
        let actions = machine.handle(.persistentClosed(clean: false, retryAfter: nil), now: s(50), random: 0.7)
        guard actions.count == 1, case .setTimer(let timer) = actions[0] else {
            Issue.record("expected a timer: \(actions)")
            return
        }
        #expect(abs(timer - s(50 + at)) < 1_000)
    }

    @Test func `a persistent connection also synchronises every interval`() {
        var machine = Self.machine(keep: true)
        _ = machine.handle(.started, now: 0, random: 0)
        _ = machine.handle(.persistentOpened, now: 0, random: 0)
        #expect(machine.handle(.timer, now: s(900), random: 0) == [.synchronise(.schedule), .setTimer(at: s(1800))])
    }

    @Test(.tags(.R02, .R03))
    func `a connected device takes a new interval at once`() {
        var machine = Self.machine(keep: true)
        _ = machine.handle(.started, now: 0, random: 0)
        _ = machine.handle(.persistentOpened, now: 0, random: 0)
        _ = machine.handle(.persistentAnswered, now: s(10), random: 0)
        #expect(
            machine.handle(.settings(Self.settings(interval: 60, keep: true)), now: s(20), random: 0) == [
                .setTimer(at: s(70))
            ])
        #expect(machine.handle(.timer, now: s(70), random: 0) == [.synchronise(.schedule), .setTimer(at: s(130))])
    }

    @Test func `after stop nothing happens any more`() {
        var machine = Self.idle()
        #expect(machine.handle(.stop, now: s(1), random: 0) == [])
        #expect(machine.handle(.timer, now: s(5000), random: 0) == [])
        #expect(machine.handle(.woken, now: s(5000), random: 0) == [])
    }

    @Test func `whatever comes in whatever order, there is never a second connection`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var machine = Self.machine(interval: 60)
            var now: Int64 = 0
            var open = 0
            var pending: [ConnectionMachine.Action] = machine.handle(.started, now: 0, random: 0)
            for _ in 0..<300 {
                for action in pending {
                    switch action {
                    case .exchange, .openPersistent: open += 1
                    default: break
                    }
                }
                #expect(open <= 1)
                now += Int64.random(in: 0..<20_000_000, using: &random)
                let inputs: [ConnectionMachine.Input] = [
                    .timer, .due(.event), .due(.order), .woken, .composing,
                    .settings(Self.settings(interval: 60, keep: .random(using: &random))),
                ]
                var input = inputs.randomElement(using: &random) ?? .timer
                if open == 1, Bool.random(using: &random) {
                    input = endOfConnection(machine, &random)
                    if case .persistentOpened = input {} else { open = 0 }
                }
                pending = machine.handle(input, now: now, random: Double.random(in: 0..<1, using: &random))
            }
        }
    }

    private func endOfConnection(
        _ machine: ConnectionMachine, _ random: inout SystemRandomNumberGenerator
    ) -> ConnectionMachine.Input {
        if machine.isConnected { return .persistentClosed(clean: .random(using: &random), retryAfter: nil) }
        if machine.isOpening {
            return Bool.random(using: &random) ? .persistentOpened : .persistentClosed(clean: false, retryAfter: nil)
        }
        return Bool.random(using: &random) ? .exchangeEnded : .exchangeFailed(retryAfter: nil)
    }
}
