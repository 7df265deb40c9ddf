import DesiredState
import Testing

/// When windows are open, on the clock of their zone.
@Suite struct MaintenanceWindowTests {
    private static let hour: Int64 = 3_600
    /// 2026-03-28 00:00 UTC, a Saturday: the night in which Berlin puts its clock forward begins in the evening.
    private static let saturday: Int64 = 1_774_656_000
    private let berlin: TimeZoneRules

    init() throws { berlin = try #require(TimeZoneRules(posix: "CET-1CEST,M3.5.0,M10.5.0/3")) }

    private func window(_ cron: String, _ hours: Int64) throws -> MaintenanceWindow {
        MaintenanceWindow(
            opens: CronSchedule(try CronExpression(cron), zone: "Europe/Berlin"), duration: hours * Self.hour)
    }

    @Test func `it is open from its instant for its duration, and not at its end`() throws {
        let window = try window("0 22 * * sat", 2)
        // 22:00 in Berlin is 21:00 UTC that day.
        let opens = Self.saturday + 21 * Self.hour
        #expect(!window.isOpen(at: opens - 1, in: berlin))
        #expect(window.isOpen(at: opens, in: berlin))
        #expect(window.isOpen(at: opens + 2 * Self.hour - 1, in: berlin))
        #expect(!window.isOpen(at: opens + 2 * Self.hour, in: berlin))
    }

    @Test func `a duration is time that passes, also where the clock is put forward meanwhile`() throws {
        let window = try window("0 1 * * sun", 2)
        let opens = Self.saturday + 24 * Self.hour
        #expect(window.isOpen(at: opens + 2 * Self.hour - 1, in: berlin))
        #expect(!window.isOpen(at: opens + 2 * Self.hour, in: berlin))
    }

    @Test func `of several the one that opens first counts, and an unknown zone opens nothing`() throws {
        let windows = [try window("0 22 * * sat", 2), try window("0 3 * * sat", 1)]
        func next(_ time: Int64) -> Int64? { MaintenanceWindow.next(of: windows, at: time) { _ in berlin } }
        #expect(next(Self.saturday) == Self.saturday + 2 * Self.hour)
        #expect(next(Self.saturday + 2 * Self.hour + 5) == Self.saturday + 2 * Self.hour + 5)
        #expect(next(Self.saturday + 4 * Self.hour) == Self.saturday + 21 * Self.hour)
        #expect(MaintenanceWindow.next(of: windows, at: Self.saturday) { _ in nil } == nil)
    }

    @Test func `a task carries its windows, and one that is none makes the task unusable`() throws {
        var task = TaskDefinition(name: "a", uid: Array(repeating: 1, count: 16), application: "b", task: "c")
        task.windows = [try window("0 22 * * sat", 2)]
        #expect(try TaskDefinition(json: task.json) == task)
        for bad: JSONValue in [["cron": "x", "duration": 3_600], ["cron": "* * * * *", "duration": 1], "always"] {
            guard case .object(var object) = task.json else { continue }
            object["windows"] = [bad]
            #expect(throws: DocumentError.self) { try TaskDefinition(json: .object(object)) }
        }
    }
}
