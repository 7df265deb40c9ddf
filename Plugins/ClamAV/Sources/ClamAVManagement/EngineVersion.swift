/// What clamd answers to VERSION: "ClamAV 1.4.6/27400/Mon Nov 24 09:00:00 2026", or without the database's part.
package struct EngineVersion: Sendable, Hashable {
    package var engine: String
    package var database: Int?
    /// Seconds since 1970; when the database was made.
    package var databaseTime: Int64?

    /// Nil when the text is no answer to VERSION.
    package init?(answer: String) {
        let parts = answer.split(separator: "/", maxSplits: 2)
        guard let first = parts.first, first.hasPrefix("ClamAV ") else { return nil }
        engine = String(first.dropFirst("ClamAV ".count))
        guard parts.count == 3 else { return }
        database = Int(parts[1])
        databaseTime = Self.time(String(parts[2]))
    }

    package func ageInDays(at now: Int64) -> Int? { databaseTime.map { Int((now - $0) / 86400) } }

    /// As of asctime: "Mon Nov 24 09:00:00 2026"; taken as UTC.
    private static func time(_ text: String) -> Int64? {
        let words = text.split(separator: " ")
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard words.count == 5, let month = months.firstIndex(of: String(words[1])), let day = Int64(words[2]),
            let year = Int64(words[4]), (1970...9999).contains(year), (1...31).contains(day)
        else { return nil }
        let clock = words[3].split(separator: ":").compactMap { Int64($0) }
        guard clock.count == 3, (0...23).contains(clock[0]), (0...59).contains(clock[1]), (0...60).contains(clock[2])
        else { return nil }
        return days(year, Int64(month + 1), day) * 86400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
    }

    /// Days since 1970 in the Gregorian calendar, with years that begin in March.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let era = y / 400
        let yearOfEra = y - era * 400
        return era * 146097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468
    }
}
