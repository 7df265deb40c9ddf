import ServerCore
import Testing

@Suite struct ReconnectWindowTests {
    @Test func `it grows in doublings with the fleet and says so each time`() {
        var window = ReconnectWindow(connectionsPerSecond: 125, atLeast: 30)
        let grew = (1...19_000).filter { window.holds($0) }
        // A hundred return in a second of 37 fortieths of it: 30 seconds are enough for 2,775.
        #expect(grew == [2_776, 5_551, 11_101])
        #expect(window.seconds == 240)
    }

    @Test func `it does not shrink when devices go, so that they may return together`() {
        var window = ReconnectWindow(connectionsPerSecond: 125, atLeast: 30)
        let grew = [window.holds(7_000), window.holds(1)]
        #expect(grew == [true, false])
        #expect(window.seconds == 120)
    }

    @Test func `a server that begins anew announces what the devices need that are to return`() {
        var window = ReconnectWindow(connectionsPerSecond: 125, atLeast: 30, returning: 19_000)
        #expect(window.seconds == 240)
        let grew = (1...19_000).filter { window.holds($0) }
        #expect(grew.isEmpty)
    }
}
