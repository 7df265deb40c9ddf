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
        _ = book.replace([Self.task("a", every: 60)], now: 0)
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
        _ = book.replace([Self.task("a", every: 10)], now: from)
        #expect(book.due(now: to).count == 1)
        #expect(book.due(now: from).isEmpty)
        let next = try #require(book.nextInstant)
        #expect(next > from && next <= from + 10_000_000)
    }

    @Test func `a document that leaves a task as it was does not move it`() throws {
        var book = ScheduleBook(device: Self.device)
        _ = book.replace([Self.task("a", every: 60)], now: 0)
        let first = book.nextInstant
        _ = book.replace([Self.task("a", every: 60), Self.task("b", every: 600)], now: 59_000_000)
        #expect(book.nextInstant == first || book.nextInstant ?? .max < first ?? 0)
        _ = book.replace([], now: 0)
        #expect(book.nextInstant == nil)
    }

    @Test func `both sides and every retry derive the same run`() {
        let a = ScheduleBook.runID(device: Self.device, task: [1, 2], instant: 5)
        #expect(a == ScheduleBook.runID(device: Self.device, task: [1, 2], instant: 5))
        #expect(a != ScheduleBook.runID(device: Self.device, task: [1, 2], instant: 6))
    }

    private static func task(_ schedule: TaskSchedule, missed: Bool = false, delay: Int64 = 0) -> TaskDefinition {
        var task = TaskDefinition(
            name: "c", uid: Array(repeating: 7, count: 16), application: "a", task: "t", schedule: schedule)
        task.runWhenMissed = missed
        task.randomDelay = delay
        return task
    }

    private static let hour: Int64 = 3_600_000_000

    @Test func `an instant that was missed is made up for only by a task that says so`() throws {
        let daily = TaskSchedule.cron(CronSchedule(try CronExpression("0 2 * * *")))
        for isMadeUp in [false, true] {
            var book = ScheduleBook(device: Self.device)
            _ = book.replace([Self.task(daily, missed: isMadeUp)], now: 0)
            #expect(book.nextInstant == 2 * Self.hour)
            // The host slept from one o'clock to five.
            #expect(book.due(now: 5 * Self.hour).map(\.instant) == (isMadeUp ? [2 * Self.hour] : []))
            #expect(book.nextInstant == 26 * Self.hour)
            // In time, or nearly.
            #expect(book.due(now: 26 * Self.hour + ScheduleBook.missedAfter).map(\.instant) == [26 * Self.hour])
        }
    }

    @Test func `after a start the last instant since the mark is run, and no other`() throws {
        let daily = TaskSchedule.cron(CronSchedule(try CronExpression("0 2 * * *")))
        let task = Self.task(daily, missed: true)
        var book = ScheduleBook(device: Self.device)
        _ = book.replace([task], marks: [task.uid: 2 * Self.hour], now: 80 * Self.hour)
        #expect(book.due(now: 80 * Self.hour).map(\.instant) == [74 * Self.hour])
        #expect(book.nextInstant == 98 * Self.hour)
        var marked = ScheduleBook(device: Self.device)
        _ = marked.replace([task], marks: [task.uid: 74 * Self.hour], now: 80 * Self.hour)
        #expect(marked.due(now: 80 * Self.hour).isEmpty)
    }

    @Test func `a task that is to run once is made up for when it comes late, without a mark`() {
        let past = Self.task(.once(Self.hour), missed: true)
        var book = ScheduleBook(device: Self.device)
        _ = book.replace([past], now: 9 * Self.hour)
        #expect(book.due(now: 9 * Self.hour).map(\.instant) == [Self.hour])
        #expect(book.due(now: 9 * Self.hour).isEmpty && book.nextInstant == nil)
        var strict = ScheduleBook(device: Self.device)
        _ = strict.replace([Self.task(.once(Self.hour))], now: 9 * Self.hour)
        #expect(strict.nextInstant == nil)
    }

    @Test func `a random delay is a device's own, stays the same, and keeps within its bound`() throws {
        let daily = TaskSchedule.cron(CronSchedule(try CronExpression("0 2 * * *")))
        var delays: Set<Int64> = []
        for number in 0..<64 {
            let device = DeviceUID.version7(now: 0, random: (UInt64(number), 9))
            var (book, again) = (ScheduleBook(device: device), ScheduleBook(device: device))
            _ = book.replace([Self.task(daily, delay: 3_600)], now: 0)
            _ = again.replace([Self.task(daily, delay: 3_600)], now: Self.hour)
            let at = try #require(book.nextInstant)
            #expect(at == again.nextInstant && (2 * Self.hour...3 * Self.hour).contains(at))
            #expect(book.due(now: at - 1).isEmpty)
            #expect(book.due(now: at).map(\.instant) == [2 * Self.hour])
            delays.insert(at)
        }
        #expect(delays.count > 60)
    }

    @Test func `a zone that the device does not know is said, and hinders no other task`() throws {
        var book = ScheduleBook(device: Self.device, zones: TimeZones { $0 == nil ? .utc : nil })
        let daily = try CronExpression("0 2 * * *")
        let problems = book.replace(
            [Self.task(.cron(CronSchedule(daily, zone: "Mars/Base"))), Self.task("b", every: 60)], now: 0)
        #expect(problems.count == 1 && problems[0].contains("Mars/Base"))
        #expect(book.nextInstant != nil)
    }

    @Test(arguments: ["../etc/passwd", "/etc/localtime", "", "a//b", ".hidden", "Europe/../x", "a b"])
    func `a zone's name does not lead out of the folder`(name: String) { #expect(!TimeZones.isName(name)) }
}
