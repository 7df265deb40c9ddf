/// Dates and times as a wall clock shows them, in the Gregorian calendar, without a time zone.
package enum CivilTime {
    package struct Date: Sendable, Hashable {
        package var year: Int
        /// 1 to 12.
        package var month: Int
        /// 1 to 31.
        package var day: Int

        package init(year: Int, month: Int, day: Int) {
            self.year = year
            self.month = month
            self.day = day
        }
    }

    package static let secondsPerDay: Int64 = 86_400

    /// Days since 1970-01-01.
    package static func days(of date: Date) -> Int64 {
        // Years begin in March here, so that the leap day is a year's last.
        let year = date.month <= 2 ? date.year - 1 : date.year
        let era = (year >= 0 ? year : year - 399) / 400
        let ofEra = year - era * 400
        let ofYear = (153 * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day - 1
        return Int64(era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear) - 719_468
    }

    package static func date(ofDays days: Int64) -> Date {
        let shifted = Int(days) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let ofEra = shifted - era * 146_097
        let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * ofYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return Date(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: ofYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// 0 is Sunday.
    package static func weekday(ofDays days: Int64) -> Int { Int(((days % 7) + 11) % 7) }

    package static func daysInMonth(_ month: Int, year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// The day that a time in seconds lies in, also before 1970.
    package static func day(of seconds: Int64) -> Int64 {
        let day = seconds / secondsPerDay
        return seconds % secondsPerDay < 0 ? day - 1 : day
    }
}
