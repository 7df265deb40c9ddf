import DesiredState
import Foundation
import Testing

/// The host's time zones, beside Python's reader of the same files.
@Suite struct TimeZoneRulesTests {
    static let zones = [
        "Europe/Berlin", "Europe/Dublin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kolkata",
        "Pacific/Apia", "Africa/Casablanca", "America/Nuuk", "Antarctica/Troll", "Etc/GMT+5",
    ]

    static func rules(_ zone: String) throws -> TimeZoneRules {
        try #require(
            TimeZoneRules(tzif: [UInt8](Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/\(zone)")))))
    }

    private static func peer(_ zone: String, _ times: [Int64]) throws -> [Int64] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [
            "-c",
            """
            import sys, zoneinfo, datetime
            zone = zoneinfo.ZoneInfo(sys.argv[1])
            epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
            for time in sys.argv[2].split(","):
                at = (epoch + datetime.timedelta(seconds=int(time))).astimezone(zone)
                print(int(at.utcoffset().total_seconds()))
            """, zone, times.map { "\($0)" }.joined(separator: ","),
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { Int64($0) }
    }

    @Test(arguments: zones) func `offsets are those that Python reads from the same file, until 2200`(
        zone: String
    ) throws {
        let rules = try Self.rules(zone)
        var random = SystemRandomNumberGenerator()
        let times = (0..<2_000).map { _ in Int64.random(in: -3_000_000_000...7_258_000_000, using: &random) }
        let expected = try Self.peer(zone, times)
        try #require(expected.count == times.count)
        for (time, offset) in zip(times, expected) { #expect(rules.offset(at: time) == offset, "\(zone) at \(time)") }
    }

    @Test(arguments: zones) func `an instant is found again from what the clock shows, unless it shows it twice`(
        zone: String
    ) throws {
        let rules = try Self.rules(zone)
        for _ in 0..<5_000 {
            let time = Int64.random(in: 0...4_000_000_000)
            let found = rules.instant(of: time + rules.offset(at: time))
            #expect(found == time || (found < time && found + rules.offset(at: found) == time + rules.offset(at: time)))
        }
    }

    @Test func `an hour left out by the clock is the instant of the change, a repeated one its first`() throws {
        let berlin = try Self.rules("Europe/Berlin")
        let spring = CivilTime.days(of: .init(year: 2027, month: 3, day: 28)) * 86_400
        let change = spring + 3_600
        #expect(berlin.instant(of: spring + 2 * 3_600) == change)
        #expect(berlin.instant(of: spring + 2 * 3_600 + 1_800) == change)
        #expect(berlin.instant(of: spring + 3 * 3_600) == change)
        let autumn = CivilTime.days(of: .init(year: 2026, month: 10, day: 25)) * 86_400
        #expect(berlin.instant(of: autumn + 2 * 3_600 + 1_800) == autumn + 1_800)
        #expect(berlin.instant(of: autumn + 3 * 3_600) == autumn + 2 * 3_600)
        // A day that Samoa never had.
        let apia = try Self.rules("Pacific/Apia")
        let skipped = CivilTime.days(of: .init(year: 2011, month: 12, day: 30)) * 86_400
        #expect(apia.instant(of: skipped + 43_200) == skipped + 10 * 3_600)
    }

    @Test(arguments: [
        ("CET-1CEST,M3.5.0,M10.5.0/3", true), ("<+0330>-3:30", true), ("EST5EDT,M3.2.0,M11.1.0", true),
        ("XXX3YYY,J60/0,J300/-1:30", true), ("XXX3YYY,0,365/167", true), ("", false), ("CE-1", false), ("CET", false),
        ("CET-1CEST", false), ("CET-1CEST,M13.1.0,M1.1.0", false), ("CET-1CEST,M3.0.0,M1.1.0", false),
        ("CET-1CEST,M3.5.0", false), ("<X-1", false), ("CET-999", false), ("CET-1CEST,M3.5.0,M10.5.0/3 ", false),
    ]) func `a POSIX rule is read or refused`(text: String, isGood: Bool) {
        #expect((TimeZoneRules(posix: text) != nil) == isGood)
    }

    @Test func `a file that is cut off or changed is refused or read, and never more`() throws {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/Europe/Berlin")))
        for length in 0..<bytes.count {
            #expect(TimeZoneRules(tzif: Array(bytes[..<length])) == nil, "\(length) of \(bytes.count) bytes")
        }
        for _ in 0..<5_000 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...4) { changed[Int.random(in: 0..<200)] = .random(in: .min ... .max) }
            if let rules = TimeZoneRules(tzif: changed) { _ = rules.instant(of: .random(in: 0...4_000_000_000)) }
        }
    }
}
