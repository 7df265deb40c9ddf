import Testing

@testable import DesiredState

@Suite struct CronTests {
    @Test(arguments: [
        ("0 2 * *", "five fields"), ("60 * * * *", "0 to 59 for minute, got \"60\""),
        ("* 24 * * *", "0 to 23 for hour"),
        ("* * 0 * *", "1 to 31 for day of month"), ("* * * 13 *", "1 to 12 or jan to dec for month"),
        ("* * * * 8", "0 to 7 or sun to sat for day of week"), ("*/0 * * * *", "a step from 1 to 59"),
        ("5-1 * * * *", "a range that ascends"), ("0 0 31 2 *", "a date that exists"), ("@noon", "one of @annually"),
        ("1,,2 * * * *", "got \"\""), ("- * * * *", "got \"\""), ("+1 * * * *", "got \"+1\""), ("", "five fields"),
    ]) func `what is no expression is refused with what was expected`(text: String, words: String) {
        let error = #expect(throws: CronError.self) { try CronExpression(text) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    private static func instants(_ text: String, _ zone: String, after time: Int64, count: Int) throws -> [Int64] {
        let schedule = CronSchedule(try CronExpression(text))
        let rules = try TimeZoneRulesTests.rules(zone)
        var found: [Int64] = []
        var time = time
        while found.count < count, let next = schedule.next(after: time, in: rules) {
            found.append(next)
            time = next
        }
        return found
    }

    private static func utc(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0) -> Int64 {
        CivilTime.days(of: .init(year: year, month: month, day: day)) * 86_400 + Int64(hour * 3_600 + minute * 60)
    }

    @Test func `a time left out by the clock happens at the first instant after, a repeated one once`() throws {
        #expect(
            try Self.instants("30 2 * * *", "Europe/Berlin", after: Self.utc(2027, 3, 27, 12), count: 2) == [
                Self.utc(2027, 3, 28, 1), Self.utc(2027, 3, 29, 0, 30),
            ])
        #expect(
            try Self.instants("30 2 * * *", "Europe/Berlin", after: Self.utc(2026, 10, 24, 12), count: 2) == [
                Self.utc(2026, 10, 25, 0, 30), Self.utc(2026, 10, 26, 1, 30),
            ])
    }

    @Test func `both day fields restricted mean either, and rare dates are found`() throws {
        #expect(
            try Self.instants("0 0 13 * fri", "UTC", after: Self.utc(2026, 11, 1), count: 4) == [
                Self.utc(2026, 11, 6), Self.utc(2026, 11, 13), Self.utc(2026, 11, 20), Self.utc(2026, 11, 27),
            ])
        #expect(
            try Self.instants("0 0 29 2 *", "UTC", after: Self.utc(2096, 3, 1), count: 1) == [Self.utc(2104, 2, 29)])
        #expect(
            try Self.instants("@weekly", "UTC", after: Self.utc(2026, 11, 25), count: 1) == [Self.utc(2026, 11, 29)])
    }

    /// By the definition alone: every minute that the clock should show, mapped by looking at every minute there is.
    private static func slowly(
        _ expression: CronExpression, _ rules: TimeZoneRules, _ range: Range<Int64>
    ) -> [Int64] {
        let minutes = stride(from: range.lowerBound, to: range.upperBound, by: 60).map {
            (utc: $0, local: $0 + rules.offset(at: $0))
        }
        let wanted = Set(minutes.map(\.local)).union(
            stride(from: minutes[0].local, to: minutes[minutes.count - 1].local, by: 60))
        let times = Set(expression.times)
        return Set(
            wanted.filter { local in
                let day = CivilTime.day(of: local)
                return expression.matches(day: day) && times.contains(local - day * CivilTime.secondsPerDay)
            }.compactMap { local in
                minutes.first { $0.local == local }?.utc ?? minutes.first { $0.local > local }?.utc
            }
        ).sorted()
    }

    @Test(arguments: ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"])
    func `instants around a change of the clock are those of the definition`(zone: String) throws {
        let rules = try TimeZoneRulesTests.rules(zone)
        for _ in 0..<12 {
            let (minute, hour) = (
                ["*/20", "30", "0,45", "*"].randomElement() ?? "0", ["*", "2", "1-3", "0"].randomElement() ?? "*"
            )
            let expression = try CronExpression("\(minute) \(hour) * * *")
            for start in [
                Self.utc(2027, 3, 13), Self.utc(2026, 11, 1), Self.utc(2026, 10, 24), Self.utc(2027, 4, 3),
                Self.utc(2027, 3, 27),
            ] {
                let range = start..<start + 2 * 86_400
                // The first and the last hours of the slow way have no neighbours to look at.
                let inner = start + 14 * 3_600..<start + 34 * 3_600
                let expected = Self.slowly(expression, rules, range).filter(inner.contains)
                var found: [Int64] = []
                var time = inner.lowerBound - 1
                while let next = CronSchedule(expression).next(after: time, in: rules), next < inner.upperBound {
                    found.append(next)
                    time = next
                }
                #expect(found == expected, "\(expression.text) in \(zone) from \(start)")
            }
        }
    }

    @Test(arguments: TimeZoneRulesTests.zones) func `the last instant up to a time and the next after it enclose it`(
        zone: String
    ) throws {
        let rules = try TimeZoneRulesTests.rules(zone)
        for _ in 0..<300 {
            let expression = try CronExpression(
                "\(Int.random(in: 0...59)) \(Int.random(in: 0...23)) * * \(["*", "1-5", "0"].randomElement() ?? "*")")
            let schedule = CronSchedule(expression)
            let time = Int64.random(in: 1_000_000_000...4_000_000_000)
            let next = try #require(schedule.next(after: time, in: rules))
            let last = try #require(schedule.last(upTo: time, in: rules))
            #expect(last <= time && time < next)
            #expect(schedule.next(after: last, in: rules) == next && schedule.last(upTo: next, in: rules) == next)
        }
    }

    @Test func `days are counted as the calendar has them`() {
        #expect(CivilTime.days(of: .init(year: 1970, month: 1, day: 1)) == 0)
        for day in stride(from: Int64(-800_000), through: 800_000, by: 97) {
            #expect(CivilTime.days(of: CivilTime.date(ofDays: day)) == day)
            #expect((CivilTime.weekday(ofDays: day) + 1) % 7 == CivilTime.weekday(ofDays: day + 1))
        }
        #expect(CivilTime.weekday(ofDays: 0) == 4)
        #expect(CivilTime.date(ofDays: 20_782) == .init(year: 2026, month: 11, day: 25))
    }
}
