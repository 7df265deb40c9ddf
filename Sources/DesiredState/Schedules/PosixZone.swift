/// The rule that a time zone follows from now on, as POSIX writes it in `TZ`, like `CET-1CEST,M3.5.0,M10.5.0/3`.
struct PosixZone: Sendable, Hashable {
    /// Seconds east of UTC.
    let standard: Int64
    private let summer: Summer?

    private struct Summer: Hashable {
        var offset: Int64
        /// When summer time begins, and when it ends.
        var start: Change
        var end: Change
    }

    /// A moment of every year.
    private struct Change: Hashable {
        enum Day: Hashable {
            /// The week's weekday of a month; week 5 is the last.
            case weekday(month: Int, week: Int, weekday: Int)
            /// 1 to 365; 29 February is never counted.
            case julian(Int)
            /// 0 to 365; 29 February is counted.
            case ordinal(Int)
        }

        var day: Day
        /// Seconds from midnight, of the clock before the change.
        var time: Int64 = 7_200

        func local(in year: Int) -> Int64 {
            let first = CivilTime.days(of: .init(year: year, month: 1, day: 1))
            let day: Int64
            switch self.day {
            case .weekday(let month, let week, let weekday):
                let begin = CivilTime.days(of: .init(year: year, month: month, day: 1))
                let shift = (weekday - CivilTime.weekday(ofDays: begin) + 7) % 7 + (week - 1) * 7
                let length = CivilTime.daysInMonth(month, year: year)
                day = begin + Int64(shift < length ? shift : shift - 7)
            case .julian(let number):
                let isLeap = CivilTime.daysInMonth(2, year: year) == 29
                day = first + Int64(number - (isLeap && number >= 60 ? 0 : 1))
            case .ordinal(let number): day = first + Int64(number)
            }
            return day * CivilTime.secondsPerDay + time
        }
    }

    /// nil when it is no such rule.
    init?(_ text: String) {
        var reader = Reader(text)
        guard reader.name(), let offset = reader.offset() else { return nil }
        standard = -offset
        guard !reader.isAtEnd else {
            summer = nil
            return
        }
        guard reader.name() else { return nil }
        var shifted = standard + 3_600
        if !reader.isAt(",") {
            guard let offset = reader.offset() else { return nil }
            shifted = -offset
        }
        guard reader.take(","), let start = reader.change(), reader.take(","), let end = reader.change(), reader.isAtEnd
        else { return nil }
        summer = Summer(offset: shifted, start: start, end: end)
    }

    func offset(at time: Int64) -> Int64 {
        guard let summer else { return standard }
        // By the standard clock a year may begin a few hours early or late; the years beside cover it.
        let changes = changes(around: time, summer)
        return changes.last { $0.at <= time }?.offset ?? standard
    }

    func transition(after time: Int64) -> Int64? {
        summer.flatMap { changes(around: time, $0).first { $0.at > time }?.at }
    }

    private func changes(around time: Int64, _ summer: Summer) -> [(at: Int64, offset: Int64)] {
        let year = CivilTime.date(ofDays: CivilTime.day(of: time)).year
        return (year - 1...year + 1).flatMap { year in
            [
                (at: summer.start.local(in: year) - standard, offset: summer.offset),
                (at: summer.end.local(in: year) - summer.offset, offset: standard),
            ]
        }.sorted { $0.at < $1.at }
    }

    /// Reads such a text from its beginning.
    private struct Reader {
        private var rest: Substring.UTF8View

        init(_ text: String) { rest = Substring(text.prefix(256)).utf8 }

        var isAtEnd: Bool { rest.isEmpty }
        func isAt(_ character: Character) -> Bool { rest.first == character.asciiValue }

        mutating func take(_ character: Character) -> Bool {
            guard isAt(character) else { return false }
            rest = rest.dropFirst()
            return true
        }

        /// Three letters or more, or anything in angle brackets.
        mutating func name() -> Bool {
            if take("<") {
                guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
                rest = rest[rest.index(after: end)...]
                return true
            }
            let letters = rest.prefix { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
            rest = rest.dropFirst(letters.count)
            return letters.count >= 3
        }

        mutating func number(upTo most: Int) -> Int? {
            let digits = rest.prefix { (0x30...0x39).contains($0) }.prefix(4)
            guard let number = Int(String(decoding: digits, as: UTF8.self)), number <= most else { return nil }
            rest = rest.dropFirst(digits.count)
            return number
        }

        /// `[+-]hh[:mm[:ss]]` in seconds; up to a week for the time of a change.
        mutating func offset() -> Int64? {
            let sign: Int64 = take("-") ? -1 : 1
            if sign == 1 { _ = take("+") }
            guard let hours = number(upTo: 167) else { return nil }
            var seconds = Int64(hours) * 3_600
            for unit: Int64 in [60, 1] {
                guard take(":") else { break }
                guard let part = number(upTo: 59) else { return nil }
                seconds += Int64(part) * unit
            }
            return sign * seconds
        }

        mutating func change() -> Change? {
            guard let day = day() else { return nil }
            var change = Change(day: day)
            if take("/") {
                guard let time = offset() else { return nil }
                change.time = time
            }
            return change
        }

        private mutating func day() -> Change.Day? {
            if take("M") {
                guard let month = number(upTo: 12), month > 0, take("."), let week = number(upTo: 5), week > 0,
                    take("."),
                    let weekday = number(upTo: 6)
                else { return nil }
                return .weekday(month: month, week: week, weekday: weekday)
            }
            if take("J") {
                guard let number = number(upTo: 365), number > 0 else { return nil }
                return .julian(number)
            }
            return number(upTo: 365).map { .ordinal($0) }
        }
    }
}
