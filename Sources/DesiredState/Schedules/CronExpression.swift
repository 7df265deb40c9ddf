/// Minutes of a wall clock, as cron names them: minute, hour, day of month, month, day of week.
///
/// Each field is `*`, a number, a range `a-b`, any of them with a step `/n`, or a list of these; months and weekdays may be
/// English names of three letters, and 7 is Sunday too. When both day fields are restricted, a day that is in either of them
/// counts, as in every cron. `@hourly`, `@daily` (`@midnight`), `@weekly`, `@monthly` and `@yearly` (`@annually`) are known.
package struct CronExpression: Sendable, Hashable {
    package static let maximumLength = 256
    /// The rarest date is 29 February, which a century may put eight years away.
    static let longestGapInDays: Int64 = 8 * 366 + 1

    /// As it was written.
    package let text: String
    private let minutes: [Int]
    private let hours: [Int]
    private let daysOfMonth: Set<Int>
    private let months: Set<Int>
    private let weekdays: Set<Int>
    private let isAnyDayOfMonth: Bool
    private let isAnyWeekday: Bool

    /// Throws what is wrong with it, in words for whoever wrote it.
    package init(_ text: String) throws(CronError) {
        guard text.utf8.count <= Self.maximumLength else {
            throw CronError("at most \(Self.maximumLength) characters", got: "\(text.utf8.count)")
        }
        let full = Self.nicknames[text] ?? text
        let fields = full.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        guard fields.count == Self.fields.count else {
            throw CronError(
                text.hasPrefix("@")
                    ? "one of \(Self.nicknames.keys.sorted().joined(separator: ", "))"
                    : "five fields (minute, hour, day of month, month, day of week)",
                got: text.hasPrefix("@") ? nil : "\(fields.count)")
        }
        self.text = text
        minutes = try Self.values(fields[0], of: Self.fields[0]).sorted()
        hours = try Self.values(fields[1], of: Self.fields[1]).sorted()
        daysOfMonth = try Self.values(fields[2], of: Self.fields[2])
        months = try Self.values(fields[3], of: Self.fields[3])
        weekdays = Set(try Self.values(fields[4], of: Self.fields[4]).map { $0 % 7 })
        isAnyDayOfMonth = fields[2].hasPrefix("*")
        isAnyWeekday = fields[4].hasPrefix("*")
        let isPossible =
            !isAnyWeekday
            || months.contains { month in
                daysOfMonth.contains { $0 <= CivilTime.daysInMonth(month, year: 2_000) }
            }
        guard isPossible else { throw CronError("a date that exists: no such month has such a day") }
    }

    /// Whether the day is one of its.
    func matches(day: Int64) -> Bool {
        let date = CivilTime.date(ofDays: day)
        guard months.contains(date.month) else { return false }
        let (isDay, isWeekday) = (
            daysOfMonth.contains(date.day), weekdays.contains(CivilTime.weekday(ofDays: day))
        )
        if isAnyDayOfMonth || isAnyWeekday { return isDay && isWeekday }
        return isDay || isWeekday
    }

    /// Its times of a day that matches, in seconds from midnight, ascending.
    var times: [Int64] { hours.flatMap { hour in minutes.map { Int64(hour * 3_600 + $0 * 60) } } }

    // MARK: Reading

    private struct Field {
        let name: String
        let range: ClosedRange<Int>
        var names: [String] = []
        /// The number of the first name.
        var first = 0
    }

    private static let fields = [
        Field(name: "minute", range: 0...59), Field(name: "hour", range: 0...23),
        Field(name: "day of month", range: 1...31),
        Field(
            name: "month", range: 1...12,
            names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], first: 1),
        Field(
            name: "day of week", range: 0...7, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ]

    private static let nicknames = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]

    private static func values(_ text: String, of field: Field) throws(CronError) -> Set<Int> {
        var values: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            values.formUnion(try item(String(part), of: field))
        }
        return values
    }

    private static func item(_ text: String, of field: Field) throws(CronError) -> Set<Int> {
        let halves = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        var step = 1
        if halves.count == 2 {
            guard let given = Int(halves[1]), (1...field.range.upperBound).contains(given) else {
                throw CronError("a step from 1 to \(field.range.upperBound) for \(field.name)", got: "\"\(halves[1])\"")
            }
            step = given
        }
        if halves[0] == "*" {
            return Set(stride(from: field.range.lowerBound, through: field.range.upperBound, by: step))
        }
        let ends = halves[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let from = try number(ends[0], of: field)
        // "5/10" counts from 5 to the end.
        let to = ends.count == 2 ? try number(ends[1], of: field) : halves.count == 2 ? field.range.upperBound : from
        guard from <= to else { throw CronError("a range that ascends for \(field.name)", got: "\"\(halves[0])\"") }
        return Set(stride(from: from, through: to, by: step))
    }

    private static func number(_ text: String, of field: Field) throws(CronError) -> Int {
        if let index = field.names.firstIndex(of: text.lowercased()) { return field.first + index }
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text),
            field.range.contains(number)
        else {
            let names = field.names.isEmpty ? "" : " or \(field.names[0]) to \(field.names[field.names.count - 1])"
            throw CronError(
                "\(field.range.lowerBound) to \(field.range.upperBound)\(names) for \(field.name)", got: "\"\(text)\"")
        }
        return number
    }
}
