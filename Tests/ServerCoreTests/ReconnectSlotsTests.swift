import ServerCore
import Testing

@Suite struct ReconnectSlotsTests {
    @Test(arguments: [7, 100, 1_000, 19_000]) func `a fleet of any size returns evenly`(devices: Int) {
        var slots = ReconnectSlots()
        let rate = 500
        let window = ReconnectSlots.window(devices: devices, connectionsPerSecond: rate, atLeast: 30)
        var perSecond = [Int](repeating: 0, count: Int(window))
        for _ in 0..<devices {
            let place = Int64(slots.next() - 1)
            perSecond[Int(place * window / Int64(ReconnectSlots.parts))] += 1
        }
        #expect(perSecond.max() ?? 0 <= rate)
        // Even: no second has much more than the mean.
        #expect(perSecond.max() ?? 0 <= devices / Int(window) + 16)
    }

    @Test func `the window is what was configured until the fleet needs more, and has an end`() {
        #expect(ReconnectSlots.window(devices: 10, connectionsPerSecond: 500, atLeast: 30) == 30)
        #expect(ReconnectSlots.window(devices: 19_000, connectionsPerSecond: 500, atLeast: 30) == 60)
        #expect(ReconnectSlots.window(devices: 1_000_000, connectionsPerSecond: 1, atLeast: 30) == 300)
    }

    @Test func `places are within the window and do not repeat before all were given`() {
        var slots = ReconnectSlots()
        let places = Set((0..<ReconnectSlots.parts).map { _ in slots.next() })
        #expect(places.count == Int(ReconnectSlots.parts))
        #expect(places.min() == 1 && places.max() == ReconnectSlots.parts)
    }
}
