import Testing

@testable import ServerCore

@Suite struct ClockWatchTests {
    @Test func `a correction is no jump, and time that passes is none either`() {
        let watch = ClockWatch(wall: 1_000, steady: 0)
        #expect(!watch.hasJumped(wall: 1_000 + ClockWatch.tolerance, steady: 0))
        #expect(!watch.hasJumped(wall: 1_000 + 400 * ClockWatch.tolerance, steady: 400 * ClockWatch.tolerance))
    }

    @Test func `a clock that goes two years ahead or back is noticed, and right again when it is`() {
        let watch = ClockWatch(wall: 1_000, steady: 0)
        #expect(watch.hasJumped(wall: 730 * ClockWatch.tolerance, steady: 5_000_000))
        #expect(watch.hasJumped(wall: -730 * ClockWatch.tolerance, steady: 5_000_000))
        #expect(!watch.hasJumped(wall: 5_001_000, steady: 5_000_000))
    }
}
