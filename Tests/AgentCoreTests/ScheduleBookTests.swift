import DesiredState
import DeviceProtocol
import Testing

@testable import AgentCore

@Suite(.tags(.R14)) struct ScheduleBookTests {
    private static let device = DeviceUID.version7(now: 0, random: (1, 1))
    private static func task(_ name: String, every: Int64) -> TaskDefinition {
        TaskDefinition(
            name: name, uid: Array(name.utf8.prefix(1)) + Array(repeating: 0, count: 15), application: "a", task: "t",
            schedule: .every(seconds: every))
    }

    @Test func `a task is due once per instant, and instants that were slept through are run once`() throws {
        var book = ScheduleBook(device: Self.device)
        book.replace([Self.task("a", every: 60)], now: 0)
        let first = try #require(book.nextInstant)
        #expect(book.due(now: first - 1).isEmpty)
        #expect(book.due(now: first).map(\.instant) == [first])
        #expect(book.due(now: first).isEmpty)
        let late = book.due(now: first + 10 * 60_000_000)
        #expect(late.map(\.instant) == [first + 10 * 60_000_000])
    }

    @Test func `a clock that goes from 1970 to 2045 and back neither runs a task for every year nor stops it`() throws {
        let (from, to): (Int64, Int64) = (1_000_000, 2_366_841_600_000_000)
        var book = ScheduleBook(device: Self.device)
        book.replace([Self.task("a", every: 10)], now: from)
        #expect(book.due(now: to).count == 1)
        #expect(book.due(now: from).isEmpty)
        let next = try #require(book.nextInstant)
        #expect(next > from && next <= from + 10_000_000)
    }

    @Test func `a document that leaves a task as it was does not move it`() throws {
        var book = ScheduleBook(device: Self.device)
        book.replace([Self.task("a", every: 60)], now: 0)
        let first = book.nextInstant
        book.replace([Self.task("a", every: 60), Self.task("b", every: 600)], now: 59_000_000)
        #expect(book.nextInstant == first || book.nextInstant ?? .max < first ?? 0)
        book.replace([], now: 0)
        #expect(book.nextInstant == nil)
    }

    @Test func `both sides and every retry derive the same run`() {
        let a = ScheduleBook.runID(device: Self.device, task: [1, 2], instant: 5)
        #expect(a == ScheduleBook.runID(device: Self.device, task: [1, 2], instant: 5))
        #expect(a != ScheduleBook.runID(device: Self.device, task: [1, 2], instant: 6))
    }
}
