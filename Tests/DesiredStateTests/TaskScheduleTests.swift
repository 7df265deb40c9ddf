import DesiredState
import Testing

@Suite struct TaskScheduleTests {
    @Test func `instants are a fixed grid, whenever one looks`() throws {
        let schedule = TaskSchedule.every(seconds: 60)
        let first = try #require(schedule.next(after: 1_000_000_000, phase: 7_000_000))
        #expect(first % 60_000_000 == 7_000_000)
        #expect(schedule.next(after: first - 1, phase: 7_000_000) == first)
        #expect(schedule.next(after: first, phase: 7_000_000) == first + 60_000_000)
    }

    @Test func `a manual task is never due`() { #expect(TaskSchedule.manual.next(after: 0, phase: 0) == nil) }

    @Test func `the grid also holds before 1970`() throws {
        let next = try #require(TaskSchedule.every(seconds: 60).next(after: -500_000_000, phase: 0))
        #expect(next > -500_000_000 && next <= -500_000_000 + 60_000_000)
    }
}
