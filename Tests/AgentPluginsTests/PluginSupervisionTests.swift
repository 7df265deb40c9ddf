import AgentPlugins
import Testing

/// The decision alone: time and randomness are the test's.
@Suite(.tags(.R23))
struct PluginSupervisionTests {
    private let ended = PluginSupervision.Input.ended(HostEnd(cause: .signalled(11)))

    @Test("a start launches a process, and readiness makes it run")
    func starts() {
        var supervision = PluginSupervision()
        #expect(supervision.handle(.start, now: .zero, random: 0) == [.launch, .stateChanged])
        #expect(supervision.state == .starting)
        #expect(supervision.handle(.ready, now: .seconds(1), random: 0) == [.stateChanged])
        #expect(supervision.state == .running)
    }

    @Test("a heartbeat goes out every 10 seconds")
    func beats() {
        var supervision = running(at: .zero)
        #expect(supervision.nextTick == .seconds(10))
        #expect(supervision.handle(.tick, now: .seconds(9), random: 0) == [])
        #expect(supervision.handle(.tick, now: .seconds(10), random: 0) == [.beat])
        _ = supervision.handle(.alive, now: .seconds(11), random: 0)
        #expect(supervision.nextTick == .seconds(20))
    }

    @Test("silence of 30 seconds ends the process")
    func endsHungHost() {
        var supervision = running(at: .zero)
        for second in [10, 20] { #expect(supervision.handle(.tick, now: .seconds(second), random: 0) == [.beat]) }
        #expect(supervision.nextTick == .seconds(30))
        #expect(supervision.handle(.tick, now: .seconds(30), random: 0) == [.kill, .stateChanged])
        #expect(supervision.state == .ending)
        #expect(supervision.lastError?.contains("30 s") == true)
    }

    @Test("a process that was not asked in time, since the host slept, gets its time anew")
    func forgivesOwnAbsence() {
        var supervision = running(at: .zero)
        #expect(supervision.handle(.tick, now: .seconds(10), random: 0) == [.beat])
        #expect(supervision.handle(.tick, now: .seconds(3_600), random: 0) == [.beat])
        for second in [3_610, 3_620] {
            #expect(supervision.handle(.tick, now: .seconds(second), random: 0) == [.beat])
        }
        #expect(supervision.handle(.tick, now: .seconds(3_630), random: 0) == [.kill, .stateChanged])
    }

    @Test("the reason of an end is why the core ended it")
    func namesReason() {
        var supervision = running(at: .zero)
        _ = supervision.handle(.condemn(reason: "apply has not returned in 10 s"), now: .seconds(1), random: 0)
        let actions = supervision.handle(.ended(HostEnd(cause: .signalled(9))), now: .seconds(1), random: 0)
        #expect(actions.contains(.reportEnd(HostEnd(cause: .signalled(9), reason: "apply has not returned in 10 s"))))
    }

    @Test("back-off doubles from 1 second, with full jitter")
    func backsOff() {
        var supervision = PluginSupervision()
        var now = Duration.zero
        _ = supervision.handle(.start, now: now, random: 0)
        for (random, expected) in [(0.5, 0.5), (0.5, 1.0), (0.25, 1.0), (1.0, 8.0)] {
            _ = supervision.handle(ended, now: now, random: random)
            #expect(supervision.state == .backingOff(until: now + .seconds(expected)))
            #expect(supervision.handle(.tick, now: now + .seconds(expected) - .milliseconds(1), random: 0) == [])
            now += .seconds(expected)
            #expect(supervision.handle(.tick, now: now, random: 0) == [.launch, .stateChanged])
        }
    }

    @Test("back-off is at most 5 minutes")
    func limitsBackOff() {
        var timing = SupervisionTiming()
        timing.endsUntilQuarantine = 1000
        var supervision = PluginSupervision(timing: timing)
        var now = Duration.zero
        _ = supervision.handle(.start, now: now, random: 0)
        for _ in 0..<40 {
            _ = supervision.handle(ended, now: now, random: 0.999)
            guard case .backingOff(let until) = supervision.state else {
                Issue.record("not backing off: \(supervision.state)")
                return
            }
            #expect(until - now <= .seconds(300))
            now = until
            _ = supervision.handle(.tick, now: now, random: 0)
        }
        #expect(supervision.state == .starting)
    }

    @Test("the fifth end within 10 minutes quarantines")
    func quarantines() {
        var supervision = fallen(times: 5, apart: .seconds(60))
        #expect(supervision.state == .quarantined)
        #expect(supervision.nextTick == nil)
        #expect(supervision.handle(.tick, now: .seconds(100_000), random: 0) == [])
    }

    @Test("a device that lacks descriptors quarantines nobody")
    func triesOn() {
        let shortage = PluginSupervision.Input.ended(HostEnd(cause: .notStarted, isShortage: true))
        var supervision = PluginSupervision()
        _ = supervision.handle(.start, now: .zero, random: 0)
        for time in 0..<20 {
            _ = supervision.handle(shortage, now: .seconds(time), random: 0)
            #expect(supervision.handle(.tick, now: .seconds(time), random: 0) == [.launch, .stateChanged])
        }
        #expect(supervision.restarts == 20)
    }

    @Test("ends that are far apart do not add up to a quarantine")
    func forgets() {
        let supervision = fallen(times: 20, apart: .seconds(151))
        #expect(supervision.state != .quarantined)
    }

    @Test("a release starts a quarantined plugin again, with a clean slate")
    func releases() {
        var supervision = fallen(times: 5, apart: .seconds(1))
        #expect(supervision.handle(.release, now: .seconds(10), random: 0) == [.launch, .stateChanged])
        _ = supervision.handle(ended, now: .seconds(11), random: 0.5)
        #expect(supervision.state == .backingOff(until: .seconds(11.5)))
    }

    @Test("having run for 10 minutes forgives former failures")
    func forgives() {
        var supervision = fallen(times: 4, apart: .seconds(1))
        _ = supervision.handle(.tick, now: .seconds(100), random: 0)
        _ = supervision.handle(.ready, now: .seconds(100), random: 0)
        _ = supervision.handle(ended, now: .seconds(700), random: 0.5)
        #expect(supervision.state == .backingOff(until: .seconds(700.5)))
    }

    @Test("an end while stopping is no failure")
    func stops() {
        var supervision = running(at: .zero)
        #expect(supervision.handle(.stop, now: .seconds(1), random: 0) == [.stateChanged])
        #expect(supervision.handle(ended, now: .seconds(2), random: 0) == [.stateChanged])
        #expect(supervision.state == .stopped)
        #expect(supervision.restarts == 0)
    }

    @Test("a plugin that hangs while stopping is killed")
    func killsWhileStopping() {
        var supervision = running(at: .zero)
        _ = supervision.handle(.stop, now: .seconds(1), random: 0)
        #expect(supervision.handle(.condemn(reason: "late"), now: .seconds(6), random: 0) == [.kill, .stateChanged])
        #expect(supervision.state == .stopping)
    }

    private func running(at now: Duration) -> PluginSupervision {
        var supervision = PluginSupervision()
        _ = supervision.handle(.start, now: now, random: 0)
        _ = supervision.handle(.ready, now: now, random: 0)
        return supervision
    }

    private func fallen(times: Int, apart: Duration) -> PluginSupervision {
        var supervision = PluginSupervision()
        _ = supervision.handle(.start, now: .zero, random: 0)
        for time in 0..<times {
            let now = apart * time
            _ = supervision.handle(.tick, now: now, random: 0)
            _ = supervision.handle(ended, now: now, random: 0)
        }
        return supervision
    }
}
