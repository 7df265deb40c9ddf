/// When a time zone's clock differs how much from UTC: a file of the IANA database in the TZif format (RFC 9636).
///
/// glibc keeps such rules per process only, and FoundationEssentials has none but UTC, so the agent reads them itself.
package struct TimeZoneRules: Sendable, Hashable {
    package static let maximumBytes = 256 << 10
    package static let utc = TimeZoneRules(transitions: [], offsets: [], first: 0, rule: nil)

    /// Seconds UTC, ascending: from each on, the offset of the same place in `offsets` holds.
    private let transitions: [Int64]
    private let offsets: [Int64]
    /// Before the first transition.
    private let first: Int64
    /// After the last.
    private let rule: PosixZone?

    private init(transitions: [Int64], offsets: [Int64], first: Int64, rule: PosixZone?) {
        self.transitions = transitions
        self.offsets = offsets
        self.first = first
        self.rule = rule
    }

    /// Reads the bytes of a TZif file; nil when they are none.
    package init?(tzif bytes: [UInt8]) {
        guard bytes.count <= Self.maximumBytes, var reader = TZifReader(bytes), let data = reader.data() else {
            return nil
        }
        self.init(
            transitions: data.transitions, offsets: data.offsets, first: data.first,
            rule: data.footer.flatMap(PosixZone.init))
    }

    /// The rule of a POSIX `TZ` alone; nil when it is none.
    package init?(posix text: String) {
        guard let rule = PosixZone(text) else { return nil }
        self.init(transitions: [], offsets: [], first: rule.standard, rule: rule)
    }

    /// Seconds east of UTC at a time in seconds UTC.
    package func offset(at time: Int64) -> Int64 {
        guard let last = transitions.last, time < last else {
            return rule?.offset(at: time) ?? offsets.last ?? first
        }
        let index = Self.count(transitions, upTo: time)
        return index == 0 ? first : offsets[index - 1]
    }

    /// The instant (seconds UTC) at which the clock shows `local` (seconds since 1970 as the clock shows them): the first of
    /// two; of a time that the clock skips, the instant at which it does so.
    package func instant(of local: Int64) -> Int64 {
        let (before, after) = (offset(at: local - CivilTime.secondsPerDay), offset(at: local + CivilTime.secondsPerDay))
        if offset(at: local - before) == before { return local - before }
        if offset(at: local - after) == after { return local - after }
        return transition(after: local - after) ?? local - after
    }

    /// The first change of the offset after a time.
    private func transition(after time: Int64) -> Int64? {
        let index = Self.count(transitions, upTo: time)
        return index < transitions.count ? transitions[index] : rule?.transition(after: time)
    }

    /// How many are at or before `time`.
    private static func count(_ times: [Int64], upTo time: Int64) -> Int {
        var (low, high) = (0, times.count)
        while low < high {
            let middle = (low + high) / 2
            if times[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
